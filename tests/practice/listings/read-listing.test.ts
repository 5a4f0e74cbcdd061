import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reported, reported, reportedKey, reports } from '#fixtures/practice/listings.ts'
import type { Asked, BadLine } from '#src/practice/listings/asked.ts'
import {
  type ListingLimits,
  PASTED,
  readListing,
  UPLOADED,
} from '#src/practice/listings/read-listing.ts'
import { ListingRefused } from '#src/practice/listings/refusal.ts'

interface Read {
  asked: Asked[]
  bad: BadLine[]
  layout: string | null
}

function* pieces(bytes: Buffer, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(
  text: string | Buffer,
  { limits = UPLOADED, size = 64 * 1_024 }: { limits?: ListingLimits; size?: number } = {},
): Promise<Read> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const found: Read = { asked: [], bad: [], layout: null }
  for await (const { layout, items } of readListing(pieces(bytes, size), limits)) {
    found.layout = layout
    for (const item of items) {
      if (item.ok) found.asked.push(item.asked)
      else found.bad.push(item.bad)
    }
  }
  return found
}

async function refusal(text: string | Buffer, limits = UPLOADED): Promise<string> {
  const error = await read(text, { limits }).catch((thrown: unknown) => thrown)
  if (!(error instanceof ListingRefused)) throw new Error('It was read')
  return error.refusal.message
}

const keysOf = ({ asked }: Read) => asked.map((one) => (one.by === 'key' ? one.key : one.number))
const codesOf = ({ bad }: Read) => bad.map(({ complaint }) => complaint.code)
const some = [
  reported(),
  reported({ sequence: '000018711', issuerName: 'ÑANDÚ & CÍA. «LA 9»', total: '.29' }),
  reported({ sequence: '000018712', kind: 'withholding', net: '', iva: '', total: '' }),
]
const key = reportedKey(reported())
const letters = ['A', 'B', 'C', 'D'] as const

/** Names as people give them, with what breaks tables. */
const name = fc
  .array(fc.constantFrom('Ñ', 'é', '"', "'", '\t', ' ', ',', 'A', 'Z', '&', '.'), { maxLength: 12 })
  .map((signs) => signs.join(''))
const report = fc.record({
  issuerName: name,
  sequence: fc.integer({ min: 1, max: 999_999_999 }).map((n) => String(n).padStart(9, '0')),
  kind: fc.constantFrom('invoice', 'credit-note', 'withholding' as const),
  recipient: fc.constantFrom('0990000002001', '0900000001', '1790000003001'),
  total: fc.constantFrom('', '.29', '20', '1234.56'),
})

describe('the SRI’s report of received documents', () => {
  it.each(letters)('gives every key, receiver and total of layout %s', async (layout) => {
    const text = reports[layout](some).join('\r\n')
    const found = await read(Buffer.from(text, 'latin1'))
    expect(found.layout).toBe(layout)
    expect(found.bad).toEqual([])
    expect(keysOf(found)).toEqual(some.map(reportedKey))
    expect(found.asked[0]?.stated).toMatchObject({ recipient: '0990000002001', total: 6440 })
    expect(found.asked[1]?.stated?.total).toBe(29)
    if (layout !== 'D') expect(found.asked[1]?.stated?.issuerName).toBe('ÑANDÚ & CÍA. «LA 9»')
  })

  it('reads any of them whatever the names, the line breaks, the encoding and the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(report, { minLength: 1, maxLength: 8, selector: (one) => one.sequence }),
        fc.constantFrom(...letters),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('latin1', 'utf8' as const),
        fc.integer({ min: 1, max: 300 }),
        async (rows, layout, newline, encoding, size) => {
          const all = rows.map((one) => reported(one as Partial<Reported>))
          const text = reports[layout](all).join(newline)
          const found = await read(Buffer.from(text, encoding), { size })
          expect(found.bad).toEqual([])
          expect(keysOf(found)).toEqual(all.map(reportedKey))
          const receivers = found.asked.map(({ stated }) => stated?.recipient)
          expect(receivers).toEqual(all.map(({ recipient }) => recipient))
          const stated = found.asked.map((one) => one.stated?.total ?? null)
          const printed = { '': null, '.29': 29, '20': 2000, '1234.56': 123456 }
          expect(stated).toEqual(all.map(({ total }) => printed[total as keyof typeof printed]))
        },
      ),
      { numRuns: 150 },
    )
  })

  it.each([';', ','])('reads what a spreadsheet saved with «%s»', async (delimiter) => {
    const lines = reports.C(some).map((line) =>
      line
        .split('\t')
        .map((cell) => (/[,;"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    const found = await read(`\ufeff${lines.join('\r\n')}`)
    expect(keysOf(found)).toEqual(some.map(reportedKey))
    expect(found.bad).toEqual([])
  })

  it('names each key that a spreadsheet destroyed, and still asks by the number that is left', async () => {
    const lines = reports.C(some).map((line) => line.replaceAll('\t', ';'))
    const broken = lines.map((line) => line.replace(/\d{49}/, '6,11202E+46'))
    const found = await read(broken.join('\r\n'))
    expect(found.bad).toEqual([])
    expect(found.asked.map(({ row, remark }) => [row, remark?.code])).toEqual([
      [2, 'spreadsheet-number'],
      [3, 'spreadsheet-number'],
      [4, 'spreadsheet-number'],
    ])
    expect(found.asked[2]).toMatchObject({
      by: 'number',
      number: '001-002-000018712',
      issuerRuc: '0990000000001',
      kind: 'withholding',
    })
  })

  it('reads reports of several months put together, header and all', async () => {
    const again = [reported({ sequence: '000018720' })]
    const joined = [...reports.C(some), ...reports.A(again), ...reports.B([some[0] as Reported])]
    const found = await read(joined.join('\n'))
    expect(keysOf(found)).toEqual([...some, ...again].map(reportedKey))
    expect(found.bad).toEqual([
      {
        row: 10,
        value: key,
        complaint: {
          code: 'repeated',
          reason: 'Ya estaba en la fila 2.',
          cure: 'La contamos una sola vez; no tienes que hacer nada.',
        },
      },
    ])
  })

  it('goes on behind a record without a key, whose second line is no record', async () => {
    const lines = reports
      .A(some)
      .map((line, at) => (at === 2 ? line.replaceAll(/\d{49}/g, '') : line))
    const found = await read(lines.join('\n'))
    expect(found.bad.map(({ row, complaint }) => [row, complaint.code])).toEqual([[3, 'no-key']])
    expect(keysOf(found)).toEqual(some.slice(1).map(reportedKey))
  })

  it('takes a cédula without its zero for the cédula that it was', async () => {
    const one = reported({ recipient: '900000001' })
    const found = await read(reports.C([one]).join('\n'))
    expect(found.asked[0]?.stated?.recipient).toBe('0900000001')
  })
})

describe('a list that somebody pastes', () => {
  it('takes keys and numbers with whatever stands between them', async () => {
    const spaced = key.replace(/(\d{7})/g, '$1 ').trim()
    const text = [
      key,
      `Clave: ${reportedKey(some[1] as Reported)}`,
      '001-002-000018704, 001-002-18705;001002000018706',
      '001 002 000018707',
      '0990000000001 001-002-000018708',
      '001-002-000018709 0990000000001',
    ].join('\n')
    const found = await read(text)
    expect(found.bad).toEqual([])
    expect(keysOf(found)).toEqual([
      key,
      reportedKey(some[1] as Reported),
      '001-002-000018704',
      '001-002-000018705',
      '001-002-000018706',
      '001-002-000018707',
      '001-002-000018708',
      '001-002-000018709',
    ])
    expect(found.asked.slice(-2).map((one) => one.by === 'number' && one.issuerRuc)).toEqual([
      '0990000000001',
      '0990000000001',
    ])
    expect(keysOf(await read(spaced))).toEqual([key])
  })

  it('finds every one again, however they are put together', async () => {
    const separator = fc.constantFrom('\n', '\r\n', '\t', ';', ', ', ' | ', '  ', '\n\n')
    const word = fc.integer({ min: 1, max: 999_999_999 }).chain((n) => {
      const sequence = String(n).padStart(9, '0')
      return fc.constantFrom(
        { text: `001-002-${sequence}`, is: `001-002-${sequence}` },
        { text: `001002${sequence}`, is: `001-002-${sequence}` },
        { text: reportedKey(reported({ sequence })), is: reportedKey(reported({ sequence })) },
      )
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(word, { minLength: 1, maxLength: 20, selector: ({ is }) => is }),
        separator,
        async (words, between) => {
          const found = await read(words.map(({ text }) => text).join(between))
          expect(keysOf(found)).toEqual(words.map(({ is }) => is))
          expect(found.bad).toEqual([])
        },
      ),
    )
  })

  it.each([
    ['001-002-00001865S', 'letter', '¿Quisiste decir 001-002-000018655?'],
    ['2,9102E+48', 'spreadsheet', 'sin abrirlo en Excel'],
    ['1.70112E+48', 'spreadsheet', 'sin abrirlo en Excel'],
    [`${key.slice(0, 15)}${'0'.repeat(34)}`, 'rounded', 'sin abrirlo en Excel'],
    [key.slice(1), 'key-length', `¿Quisiste decir ${key}?`],
    [key.slice(0, 40), 'key-length', 'Cópiala completa'],
    ['1002000018710', 'lost-zeros', '¿Quisiste decir 001-002-000018710?'],
    ['1-2-18710', 'number-shape', '¿Quisiste decir 001-002-000018710?'],
    ['0990000000001', 'tax-id-alone', 'Escribe después el número'],
    ['0900000001', 'tax-id-alone', 'Escribe después el número'],
    ['3011202612345678901234567890123456789', 'authorization-number', 'número del comprobante'],
    ['hola', 'nothing', 'Borra la línea'],
  ])('says what is wrong with «%s»', async (word, code, cure) => {
    const found = await read(`001-002-000000001\n\n${word}\n001-002-000000002`)
    expect(found.bad.map(({ row, complaint }) => [row, complaint.code])).toEqual([[3, code]])
    expect(found.bad[0]?.complaint.cure).toContain(cure)
    expect(found.asked).toHaveLength(2)
  })

  it('asks for a key whose check digit fails, with a remark', async () => {
    const wrong = `${key.slice(0, 48)}${(Number(key[48]) + 1) % 10}`
    const found = await read(wrong)
    expect(found.asked[0]).toMatchObject({ by: 'key', key: wrong })
    expect(found.asked[0]?.remark?.code).toBe('check-digit')
  })

  it('never throws, and holds no more than it says, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), async (bytes) => {
        const found = await read(Buffer.from(bytes)).catch((error: unknown) => {
          if (error instanceof ListingRefused) return null
          throw error
        })
        for (const { value } of found?.bad ?? []) expect(value.length).toBeLessThanOrEqual(60)
      }),
      { numRuns: 300 },
    )
  })
})

describe('what is no listing', () => {
  it('is refused with what to do', async () => {
    expect(await refusal('')).toContain('Pega al menos uno')
    expect(await refusal('clave de acceso\n')).toContain('Pega al menos uno')
    expect(await refusal(Buffer.from('504b0304ff', 'hex'))).toContain('guárdalo como CSV UTF-8')
    expect(await refusal('%PDF-1.7')).toContain('PDF')
    expect(await refusal('<html>')).toContain('página web')
    expect(await refusal(Buffer.from('\ufeffclave', 'utf16le'))).toContain('UTF-16')
    expect(await refusal(Buffer.from([1, 0, 2]))).toContain('no es de texto')
  })

  it('is too much when it is over what was said beforehand', async () => {
    const line = (n: number) => `001-002-${String(n + 1).padStart(9, '0')}\n`
    const thousand = Array.from({ length: 1_000 }, (_, n) => line(n)).join('')
    expect((await read(thousand, { limits: PASTED })).asked).toHaveLength(1_000)
    expect(await refusal(`${thousand}${line(1_000)}`, PASTED)).toBe(
      'La lista tiene más de 1.000 comprobantes, que es el máximo. Divídela en dos.',
    )
    expect(await refusal('9'.repeat(300_000), PASTED)).toContain('demasiado grande')
  })

  it('has a line that is no line named, and the next one read', async () => {
    const found = await read(`${'9'.repeat(20_000)}\n001-002-000018710`, { size: 1_000 })
    expect(codesOf(found)).toEqual(['too-long'])
    expect(keysOf(found)).toEqual(['001-002-000018710'])
  })
})
