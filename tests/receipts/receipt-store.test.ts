import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Db } from '#src/db/open.ts'
import type { ListedReceipt } from '#src/receipts/receipt.ts'
import { signedValue } from '#src/receipts/receipt.ts'
import { findReceiptOf, receiptsByKey } from '#src/receipts/receipt-store.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import { hasReceipts, totalsOf } from '#src/receipts/search/owned-store.ts'
import { eachReceiptOf, receiptsOf } from '#src/receipts/search/page-store.ts'
import type { SearchOrder } from '#src/receipts/search/search.ts'
import { searchOrders } from '#src/receipts/search/search.ts'
import type { Cursor } from '#src/receipts/search/search-cursor.ts'
import type { ReceiptFilter } from '#src/receipts/search/search-filter.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { searchWords } from '#src/receipts/search-text.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import type { Day } from '#src/values/day.ts'
import { addDays } from '#src/values/day.ts'
import type { DocumentNumber } from '#src/values/document-number.ts'
import { cents } from '#src/values/money.ts'
import { eachDatabase, openSqlite } from '#tests/support/databases.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'

const day = (text: string) => text as Day
const number = (text: string) => text as DocumentNumber
const about = (typed: string): ReceiptFilter => ({ ...noFilter, words: searchWords(typed) })

async function found(db: Db, partyId: number, filter: ReceiptFilter): Promise<string[]> {
  const page = await receiptsOf(db, ownScope(partyId), filter, {
    order: '-fecha',
    cursor: null,
    size: 50,
  })
  const totals = await totalsOf(db, ownScope(partyId), filter)
  expect(totals.count).toBe(page.receipts.length)
  expect(await hasReceipts(db, ownScope(partyId), filter)).toBe(page.receipts.length > 0)
  return page.receipts.map((receipt) => receipt.number)
}

eachDatabase((open) => {
  test('hides the receipts of somebody else on every path', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const pedro = await addParty(db, 'Pedro Andrade')
    const [hers, his] = [aReceipt(), aReceipt()]
    await addReceipts(db, [maria], [hers])
    await addReceipts(db, [pedro], [his])

    expect(await found(db, pedro, noFilter)).toEqual([his.number])
    expect(await found(db, pedro, { ...noFilter, accessKey: hers.accessKey })).toEqual([])
    expect(await found(db, pedro, about(hers.number))).toEqual([])
    expect(await findReceiptOf(db, ownScope(pedro), hers.accessKey)).toBeNull()
    expect(await receiptsByKey(db, ownScope(pedro), [hers.accessKey, his.accessKey])).toMatchObject(
      [{ number: his.number }],
    )
    expect(await totalsOf(db, ownScope(pedro), noFilter)).toMatchObject({ count: 1 })
    expect(await hasReceipts(db, ownScope(pedro), about(hers.number))).toBe(false)
    const all: string[] = []
    for await (const some of eachReceiptOf(
      db,
      async () => ownScope(pedro),
      noFilter,
      '-fecha',
      2,
    )) {
      all.push(...some.map((receipt) => receipt.number))
    }
    expect(all).toEqual([his.number])
    expect(await findReceiptOf(db, ownScope(maria), hers.accessKey)).toMatchObject({
      number: hers.number,
    })
  })

  test('shows a guía to each of its parties', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const pedro = await addParty(db, 'Pedro Andrade')
    const guia = aReceipt({ kind: 'delivery-note', totalCents: null })
    await addReceipts(db, [maria, pedro], [guia])
    for (const party of [maria, pedro]) expect(await found(db, party, noFilter)).toHaveLength(1)
  })

  test('finds by number, concept and issuer, whatever the accents, the case and the hyphens', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const receipt = aReceipt({
      number: number('001-002-000018710'),
      concept: 'Comisión por préstamo Ñandú 100% al_día',
      issuerName: 'BANCO CEIBO S.A.',
    })
    await addReceipts(db, [maria], [receipt, aReceipt({ concept: 'Otra cosa' })])
    const hits = [
      '001-002-000018710',
      '001002000018710',
      '001-002-18710',
      '18710',
      'COMISION',
      'comisión préstamo',
      'nandu ceibo',
      '100%',
      'al_dia',
      'prestamo 18710',
      '%',
      '_',
    ]
    for (const typed of hits) {
      expect([typed, await found(db, maria, about(typed))]).toEqual([typed, [receipt.number]])
    }
    for (const typed of [
      'swift',
      'comision swift',
      '10%0',
      'al.dia',
      "'; drop table receipt; --",
    ]) {
      expect(await found(db, maria, about(typed))).toEqual([])
    }
  })

  test('finds exactly one by its whole key and any by a long piece of it', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const receipts = [aReceipt(), aReceipt(), aReceipt()]
    await addReceipts(db, [maria], receipts)
    const key = receipts[1]?.accessKey ?? ''
    expect(await found(db, maria, { ...noFilter, accessKey: key })).toEqual([receipts[1]?.number])
    expect(await found(db, maria, about(key.slice(20)))).toEqual([receipts[1]?.number])
    expect(await found(db, maria, { ...noFilter, accessKey: '9'.repeat(49) })).toEqual([])
  })

  test('joins kinds, states, values, days and number, all of which must hold', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const wanted = aReceipt({
      kind: 'withholding',
      totalCents: cents(724),
      issuedOn: day('2026-11-18'),
      number: number('001-004-000002291'),
    })
    await addReceipts(
      db,
      [maria],
      [
        wanted,
        aReceipt({ kind: 'invoice', totalCents: cents(724), issuedOn: day('2026-11-18') }),
        aReceipt({ kind: 'withholding', totalCents: cents(725), issuedOn: day('2026-11-18') }),
        aReceipt({ kind: 'withholding', totalCents: cents(723), issuedOn: day('2026-11-18') }),
        aReceipt({ kind: 'withholding', totalCents: cents(724), issuedOn: day('2026-11-17') }),
        aReceipt({ kind: 'withholding', totalCents: cents(724), issuedOn: day('2026-11-19') }),
        aReceipt({ kind: 'delivery-note', totalCents: null, issuedOn: day('2026-11-18') }),
      ],
    )
    const filter: ReceiptFilter = {
      ...noFilter,
      kinds: ['withholding', 'delivery-note'],
      statuses: ['authorized', 'pending'],
      min: cents(724),
      max: cents(724),
      from: day('2026-11-18'),
      to: day('2026-11-18'),
    }
    expect(await found(db, maria, filter)).toEqual([wanted.number])
    expect(await found(db, maria, { ...filter, statuses: ['annulled'] })).toEqual([])
    for (const typed of ['2291', '001-004', '001-004-2291', '0010040000']) {
      expect(await found(db, maria, { ...noFilter, number: typed })).toEqual([wanted.number])
    }
    expect(await found(db, maria, { ...noFilter, number: '004%' })).toEqual([])
  })

  test('pages there and back in every order, without a gap or a double', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    const pedro = await addParty(db, 'Pedro Andrade')
    const kinds: DocumentKind[] = ['invoice', 'credit-note', 'delivery-note', 'withholding']
    const receipts = Array.from({ length: 23 }, (_, at) => {
      const kind = kinds[at % 4] ?? 'invoice'
      const totalCents = kind === 'delivery-note' ? null : cents((at % 5) * 100)
      return aReceipt({ kind, totalCents, issuedOn: addDays(day('2026-11-01'), at % 7) })
    })
    await addReceipts(db, [maria], receipts)
    await addReceipts(db, [pedro], [aReceipt(), aReceipt()])
    const filters = [noFilter, { ...noFilter, from: day('2026-11-02'), to: day('2026-11-06') }]
    for (const filter of filters) {
      for (const order of searchOrders) {
        const forward = await walk(db, maria, filter, order)
        const all = forward.flat()
        expect(new Set(all.map(({ accessKey }) => accessKey)).size).toBe(all.length)
        expect(all).toHaveLength((await totalsOf(db, ownScope(maria), filter)).count)
        expect(all).toEqual([...all].sort(comparator(order)))
      }
    }
  })

  test('adds up what it shows: credit notes take away, a guía counts nothing', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    await addReceipts(
      db,
      [maria],
      [
        aReceipt({ totalCents: cents(6440) }),
        aReceipt({ totalCents: cents(41), kind: 'credit-note' }),
        aReceipt({ totalCents: null, kind: 'delivery-note' }),
        aReceipt({ totalCents: cents(724), kind: 'withholding' }),
      ],
    )
    const totals = await totalsOf(db, ownScope(maria), noFilter)
    expect(totals).toEqual({ count: 4, cents: 6440 - 41 + 724, exact: true })
    const { receipts } = await receiptsOf(db, ownScope(maria), noFilter, {
      order: '-valor',
      cursor: null,
      size: 50,
    })
    const sum = receipts.reduce((total, receipt) => total + (signedValue(receipt) ?? 0), 0)
    expect(sum).toBe(totals.cents)
    expect(receipts.map((receipt) => receipt.kind)).toEqual([
      'invoice',
      'withholding',
      'delivery-note',
      'credit-note',
    ])
  })

  test('says nothing of a sum when nothing is found', async () => {
    const db = await open()
    const maria = await addParty(db, 'María José Paredes')
    expect(await totalsOf(db, ownScope(maria), noFilter)).toEqual({
      count: 0,
      cents: 0,
      exact: true,
    })
  })
})

test('on SQLite a page is read from the owner’s own index, in order, without sorting', async () => {
  const db = await openSqlite()
  const cursor: Cursor = {
    direction: 'after',
    order: '-fecha',
    day: day('2026-11-01'),
    id: 7,
    partyId: 1,
    value: 0,
    position: 50,
  }
  const filter = { ...about('swift'), from: day('2026-01-01'), to: day('2026-11-20') }
  for (const place of [null, cursor, { ...cursor, direction: 'before' as const }]) {
    const [plan = ''] = await plansOf(db, () =>
      receiptsOf(db, ownScope(1), filter, { order: '-fecha', cursor: place, size: 50 }),
    )
    expect(plan).toMatch(/^SEARCH r USING PRIMARY KEY \(party_id=\? AND /)
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/)
  }
  const [total = ''] = await plansOf(db, () => totalsOf(db, ownScope(1), filter))
  expect(total).toMatch(
    /SEARCH r USING PRIMARY KEY \(party_id=\? AND issued_on>\? AND issued_on<\?\)/,
  )
  const [narrow = ''] = await plansOf(db, () => totalsOf(db, ownScope(1), { ...filter, words: [] }))
  expect(narrow).toMatch(
    /^SEARCH r USING PRIMARY KEY \(party_id=\? AND issued_on>\? AND issued_on<\?\)$/,
  )
})

/** The plans of exactly the statements that a call of the store runs. */
async function plansOf(db: Db, call: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = []
  const { executeQuery } = db
  db.executeQuery = (query) => {
    if ('sql' in query) statements.push(query.sql.replaceAll('?', 'null'))
    return executeQuery.call(db, query) as never
  }
  await call()
  db.executeQuery = executeQuery
  const plans = statements.map((statement) =>
    sql<{ detail: string }>`explain query plan ${sql.raw(statement)}`.execute(db),
  )
  return (await Promise.all(plans)).map(({ rows }) => rows.map((row) => row.detail).join('\n'))
}

async function walk(
  db: Db,
  partyId: number,
  filter: ReceiptFilter,
  order: SearchOrder,
): Promise<ListedReceipt[][]> {
  const pages: ListedReceipt[][] = []
  let cursor: Cursor | null = null
  let last: Cursor | null = null
  do {
    const page: Awaited<ReturnType<typeof receiptsOf>> = await receiptsOf(
      db,
      ownScope(partyId),
      filter,
      {
        order,
        cursor,
        size: 4,
      },
    )
    expect(page.position).toBe(pages.flat().length)
    expect(page.previous === null).toBe(pages.length === 0)
    pages.push([...page.receipts])
    cursor = page.next
    last = page.previous
  } while (cursor !== null)
  const back: ListedReceipt[][] = []
  while (last !== null) {
    const page = await receiptsOf(db, ownScope(partyId), filter, { order, cursor: last, size: 4 })
    back.unshift([...page.receipts])
    last = page.previous
  }
  expect(back).toEqual(pages.slice(0, -1))
  return pages
}

function comparator(order: SearchOrder) {
  const sign = order.startsWith('-') ? -1 : 1
  return (a: ListedReceipt, b: ListedReceipt) => {
    const byDay = a.issuedOn < b.issuedOn ? -1 : a.issuedOn > b.issuedOn ? 1 : a.id - b.id
    if (!order.endsWith('valor')) return sign * byDay
    return sign * ((signedValue(a) ?? 0) - (signedValue(b) ?? 0) || byDay)
  }
}
