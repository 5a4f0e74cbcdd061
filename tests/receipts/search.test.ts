import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { receiptStatuses } from '#src/receipts/receipt.ts'
import { everything, readSearch, type Search, searchOrders } from '#src/receipts/search/search.ts'
import { type Cursor, readCursor, writeCursor } from '#src/receipts/search/search-cursor.ts'
import { daysOf, filterOf } from '#src/receipts/search/search-filter.ts'
import { searchSentence } from '#src/receipts/search/search-messages.ts'
import { parseQuery, sameQuery, searchQuery } from '#src/receipts/search/search-url.ts'
import { chipsOf, countPhrase, daysPhrase } from '#src/receipts/search/search-words.ts'
import { likePattern, searchWords } from '#src/receipts/search-text.ts'
import { composeAccessKey } from '#src/sri/access-key.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { addDays, type Day, dayOf, periodPresets } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { normaliseForSearch } from '#src/values/search-words.ts'

const TODAY = '2026-11-20' as Day
const KEY = composeAccessKey({
  issuedOn: '2026-11-16' as Day,
  kind: 'invoice',
  issuerRuc: '0990000000001',
  environment: 'production',
  establishment: '001',
  issuePoint: '002',
  sequence: '000018710',
  numericCode: '78482230',
})

const read = (query: string) => readSearch(parseQuery(query))
const aDay = fc.integer({ min: -4000, max: 4000 }).map((days) => addDays(TODAY, days))
const some = <T>(all: readonly T[]) =>
  fc.subarray([...all], { maxLength: all.length - 1 }).map((list) => list as T[])

const aText = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => readSearch({ q: text }).search.text)
  .filter((text) => readSearch({ q: text }).search.accessKey === null)

const aSearch: fc.Arbitrary<Search> = fc
  .record({
    text: aText,
    period: fc.constantFrom(null, ...periodPresets, 'rango' as const),
    days: fc.tuple(fc.option(aDay), fc.option(aDay)),
    kinds: some(documentKinds.map(({ kind }) => kind)),
    number: fc.stringMatching(/^[0-9-]{0,17}$/),
    amounts: fc.tuple(fc.option(fc.nat(10_000_000)), fc.option(fc.nat(10_000_000))),
    statuses: some(receiptStatuses.map(({ status }) => status)),
    clients: fc
      .uniqueArray(fc.stringMatching(/^[0-9]{13}$/), { maxLength: 4 })
      .map((list) => list.sort()),
    order: fc.constantFrom(...searchOrders),
  })
  .map(({ days, amounts, ...search }) => {
    const [from, to] = [...days].sort((a, b) => (a === null || b === null || a < b ? -1 : 1))
    const [min, max] = [...amounts].sort((a, b) => (a === null || b === null ? 0 : a - b))
    const ranged = search.period === 'rango'
    return {
      ...search,
      accessKey: null,
      from: ranged ? (from ?? null) : null,
      to: ranged ? (to ?? null) : null,
      min: min === null || min === undefined ? null : cents(min),
      max: max === null || max === undefined ? null : cents(max),
    }
  })

describe('a search and its address', () => {
  test('mean the same, there and back', () => {
    fc.assert(
      fc.property(aSearch, (search) => {
        const query = searchQuery(search)
        const back = read(query)
        expect(back).toEqual({ search, problems: {}, hasProblems: false })
        expect(searchQuery(back.search)).toBe(query)
        expect(sameQuery(`/comprobantes?${query}`, query)).toBe(true)
      }),
    )
  })

  test('never throws, whatever is sent', () => {
    const anything = fc.record(
      {
        q: fc.string(),
        periodo: fc.string(),
        desde: fc.string(),
        hasta: fc.string(),
        tipo: fc.array(fc.string()),
        numero: fc.string(),
        min: fc.string(),
        max: fc.string(),
        estado: fc.array(fc.string()),
        orden: fc.string(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anything, (query) => {
        const { search } = readSearch(query)
        expect(read(searchQuery(search)).hasProblems).toBe(false)
      }),
    )
  })

  test('drops what is empty, redundant or unknown', () => {
    const canonical = (query: string) => searchQuery(read(query).search)
    expect(canonical('q=&periodo=&desde=&hasta=&min=&max=&numero=&orden=')).toBe('')
    expect(canonical('orden=-fecha&por=50&utm=x')).toBe('')
    expect(canonical('periodo=este-mes&desde=2026-01-01&hasta=2026-02-01')).toBe('periodo=este-mes')
    expect(canonical('desde=16/11/2026')).toBe('periodo=rango&desde=2026-11-16')
    expect(canonical('tipo=retencion&tipo=factura&tipo=factura&tipo=recibo')).toBe(
      'tipo=factura&tipo=retencion',
    )
    const all = documentKinds.map(({ slug }) => `tipo=${slug}`).join('&')
    expect(canonical(all)).toBe('')
    expect(canonical('min=1.234,50&max=%24+2000')).toBe('min=1234.50&max=2000')
    expect(canonical('q=++swift++exterior&periodo=siempre')).toBe('q=swift+exterior')
  })

  test('a pasted access key, with blanks and a label, is the only thing that counts', () => {
    const pasted = `Clave de acceso: ${KEY.replaceAll(/(\d{7})/g, '$1 ')}`
    const { search } = readSearch({ q: pasted, periodo: 'este-mes', tipo: ['retencion'] })
    expect(search.accessKey).toBe(KEY)
    expect(searchQuery(search)).toBe(`q=${KEY}`)
    expect(filterOf(search, TODAY)).toMatchObject({ accessKey: KEY, kinds: [], from: null })
    const wrongDigit = `${KEY.slice(0, 48)}${(Number(KEY[48]) + 1) % 10}`
    expect(readSearch({ q: wrongDigit }).search.accessKey).toBe(wrongDigit)
  })
})

describe('a field that cannot be meant', () => {
  const sentence = (query: string, field: 'q' | 'desde' | 'hasta' | 'min' | 'max') => {
    const problem = read(query).problems[field]
    return problem && searchSentence(problem)
  }

  test('is said at the field and left out, never swapped', () => {
    expect(sentence('min=500&max=10', 'min')).toBe(
      'El valor mínimo no puede ser mayor que el máximo.',
    )
    expect(read('min=500&max=10').search).toMatchObject({ min: null, max: 1000 })
    expect(sentence('desde=2026-11-20&hasta=2026-11-01', 'hasta')).toBe(
      'La fecha final no puede ser anterior a la inicial.',
    )
    expect(sentence('desde=31/02/2026', 'desde')).toMatch(/no existe/)
    expect(sentence('max=mucho', 'max')).toBe('Escribe un valor como 1234,50.')
    expect(sentence('min=-5', 'min')).toBe('Escribe un valor como 1234,50.')
    expect(sentence('q=1,70E%2B48', 'q')).toMatch(/hoja de cálculo/)
  })

  test('an amount that could be two is asked back', () => {
    expect(sentence('min=1.234', 'min')).toBe('¿Quisiste decir $1.234,00 o $1,23?')
  })
})

describe('periods', () => {
  const days = (query: string, today: string) => daysOf(read(query).search, today as Day)

  test('follow the calendar of Guayaquil on the edges of the year', () => {
    expect(days('periodo=este-mes', '2027-01-01')).toEqual({ from: '2027-01-01', to: '2027-01-01' })
    expect(days('periodo=mes-anterior', '2027-01-01')).toEqual({
      from: '2026-12-01',
      to: '2026-12-31',
    })
    expect(days('periodo=3-meses', '2027-01-01')).toEqual({ from: '2026-11-01', to: '2027-01-01' })
    expect(days('periodo=este-ano', '2027-01-01')).toEqual({ from: '2027-01-01', to: '2027-01-01' })
    expect(days('periodo=ano-anterior', '2027-01-01')).toEqual({
      from: '2026-01-01',
      to: '2026-12-31',
    })
    expect(days('periodo=este-mes', '2028-02-29')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(days('periodo=mes-anterior', '2028-03-31')).toEqual({
      from: '2028-02-01',
      to: '2028-02-29',
    })
    expect(days('periodo=ano-anterior', '2028-02-29')).toEqual({
      from: '2027-01-01',
      to: '2027-12-31',
    })
  })

  test('the last minute of a month in Guayaquil still belongs to it', () => {
    const lastMinute = dayOf(new Date('2026-12-01T04:59:00Z'))
    expect(days('periodo=este-mes', lastMinute).from).toBe('2026-11-01')
    expect(days('periodo=este-mes', dayOf(new Date('2026-12-01T05:00:00Z'))).from).toBe(
      '2026-12-01',
    )
  })

  test('nobody’s choice is the last three months', () => {
    expect(days('', TODAY)).toEqual(days('periodo=3-meses', TODAY))
    expect(days('periodo=rango', TODAY)).toEqual({ from: null, to: null })
  })
})

describe('a cursor', () => {
  const aCursor: fc.Arbitrary<Cursor> = fc.record({
    direction: fc.constantFrom('after' as const, 'before' as const),
    order: fc.constantFrom(...searchOrders),
    day: aDay,
    id: fc.nat(),
    partyId: fc.nat(),
    value: fc.integer(),
    position: fc.nat({ max: 1_000_000 }),
  })

  test('comes back as it went', () => {
    fc.assert(
      fc.property(aCursor, (cursor) => {
        expect(readCursor(writeCursor(cursor), cursor.order)).toEqual(cursor)
      }),
    )
  })

  test('changed in any letter it is another place or none, never a surprise', () => {
    fc.assert(
      fc.property(aCursor, fc.nat(200), fc.string({ maxLength: 3 }), (cursor, at, letters) => {
        const text = writeCursor(cursor)
        const changed = text.slice(0, at) + letters + text.slice(at + 1)
        const place = readCursor(changed, cursor.order)
        if (place) expect(writeCursor(place)).toBe(changed)
      }),
    )
    for (const odd of [
      '',
      'x',
      '!!!',
      'a'.repeat(500),
      Buffer.from('a0.2026-02-31.1.1.0.0').toString('base64url'),
    ]) {
      expect(readCursor(odd, '-fecha')).toBeNull()
    }
  })

  test('belongs to the order it was made in', () => {
    const cursor: Cursor = {
      direction: 'after',
      order: '-valor',
      day: TODAY,
      id: 1,
      partyId: 1,
      value: 5,
      position: 50,
    }
    expect(readCursor(writeCursor(cursor), '-fecha')).toBeNull()
  })
})

describe('words', () => {
  test('each chip takes off its own filter and leaves the others', () => {
    fc.assert(
      fc.property(aSearch, (search) => {
        const whole = searchQuery(search)
        for (const { href } of chipsOf(search)) {
          const rest = href.split('?')[1] ?? ''
          expect(rest.length).toBeLessThan(whole.length)
          expect(read(rest).hasProblems).toBe(false)
        }
      }),
    )
    const search = read('q=swift&tipo=factura&tipo=retencion&min=10&estado=anulado').search
    expect(chipsOf(search)).toEqual([
      { label: '«swift»', href: '/comprobantes?tipo=factura&tipo=retencion&min=10&estado=anulado' },
      { label: 'Factura', href: '/comprobantes?q=swift&tipo=retencion&min=10&estado=anulado' },
      { label: 'Retención', href: '/comprobantes?q=swift&tipo=factura&min=10&estado=anulado' },
      {
        label: 'Desde $10,00',
        href: '/comprobantes?q=swift&tipo=factura&tipo=retencion&estado=anulado',
      },
      { label: 'Anulado', href: '/comprobantes?q=swift&tipo=factura&tipo=retencion&min=10' },
    ])
    expect(chipsOf(everything)).toEqual([])
  })

  test('say days and counts as people do', () => {
    const day = (text: string) => text as Day
    expect(daysPhrase({ from: day('2026-01-01'), to: day('2026-11-20') })).toBe(
      'del 1 ene al 20 nov 2026',
    )
    expect(daysPhrase({ from: day('2025-12-01'), to: day('2026-01-20') })).toBe(
      'del 1 dic 2025 al 20 ene 2026',
    )
    expect(daysPhrase({ from: null, to: null })).toBe('de todas las fechas')
    expect([1, 1000].map(countPhrase)).toEqual(['1 comprobante', '1.000 comprobantes'])
  })

  test('are compared without accents, case or double blanks, with nothing special in them', () => {
    expect(normaliseForSearch('  Comisión   ÑANDÚ ')).toBe('comision nandu')
    expect(searchWords('001-002-18710  Préstamo préstamo')).toEqual([
      '001-002-000018710',
      'prestamo',
    ])
    expect(likePattern('10%_\\')).toBe('%10\\%\\_\\\\%')
  })
})
