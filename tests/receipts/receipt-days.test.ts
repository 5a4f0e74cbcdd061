import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { chanceOf } from '#fixtures/random.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { manyDocuments } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { checkDays } from '#src/receipts/checks/check-days.ts'
import { packDocument } from '#src/receipts/documents/stored-document.ts'
import { changeDays } from '#src/receipts/kept/day-store.ts'
import { keepReceipts } from '#src/receipts/kept/keep-receipts.ts'
import type { ReadyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { readyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { signedValue } from '#src/receipts/receipt.ts'
import { ownScope } from '#src/receipts/scope/scope.ts'
import { totalsOf } from '#src/receipts/search/owned-store.ts'
import { eachReceiptOf } from '#src/receipts/search/page-store.ts'
import type { ReceiptFilter } from '#src/receipts/search/search-filter.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { up as addDays } from '../../migrations/0006_receipt_days.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'

const NOW = new Date('2026-11-21T17:00:00.000Z')
const GOODS = [{ code: 'C', description: 'Chequera', quantity: 1 }]

/** What a few people got within a few days, and notes of delivery for two, which have no value. */
const DOCUMENTS: ReceiptDocument[] = [
  ...manyDocuments({ count: 30, people: 4, seed: 9 }),
  ...[1, 2, 3].map((sequence) => {
    const draft = { day: '2026-11-16' as Day, series: '001-002', sequence }
    const deliveries = [maria, pedro].map((to) => ({ to, goods: GOODS }))
    return deliveryNote(draft, pedro, deliveries)
  }),
]

function ready(document: ReceiptDocument, status?: string): ReadyReceipt {
  const file = Buffer.from(authorizedXml(document, status ? { status } : {}))
  const reading = readReceipt(file)
  if (!reading.ok) throw new Error(reading.refusal.message)
  return readyReceipt(reading.receipt, file, 'receipt.xml', (bytes) => packDocument(bytes, null))
}

const ANSWERS = DOCUMENTS.flatMap((document) => [
  ready(document, 'EN PROCESO'),
  ready(document),
  ready(document, 'NO AUTORIZADO'),
])

const FILTERS: ReceiptFilter[] = [
  noFilter,
  { ...noFilter, from: '2026-06-01' as Day, to: '2026-11-16' as Day },
  { ...noFilter, kinds: ['credit-note', 'withholding', 'delivery-note'] },
  { ...noFilter, statuses: ['pending', 'annulled'], to: '2026-11-16' as Day },
  { ...noFilter, kinds: ['invoice'], statuses: ['authorized'], from: '2026-11-01' as Day },
]

/** Receipt by receipt, what the sums of the days should say. */
async function addEachUp(db: Db, partyId: number, filter: ReceiptFilter) {
  let [count, sum] = [0, 0]
  for await (const receipts of eachReceiptOf(
    db,
    async () => ownScope(partyId),
    filter,
    'fecha',
    50,
  )) {
    count += receipts.length
    for (const receipt of receipts) sum += signedValue(receipt) ?? 0
  }
  return { count, cents: sum, exact: true }
}

async function expectRightTotals(db: Db): Promise<void> {
  expect((await checkDays(db)).problems).toEqual([])
  const parties = await db.selectFrom('party').select('id').execute()
  for (const { id } of parties) {
    for (const filter of FILTERS) {
      expect(await totalsOf(db, ownScope(id), filter)).toEqual(await addEachUp(db, id, filter))
    }
  }
}

eachDatabase((open) => {
  test('totals are those of the receipts, whatever comes twice, at once or is authorised late', async () => {
    const db = await open()
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const chance = chanceOf(seed)
      const load = () => {
        const files = Array.from({ length: chance.between(1, 20) }, () => chance.pick(ANSWERS))
        return transaction(db, (tx) => keepReceipts(tx, files, { policy: amazonas }, NOW))
      }
      const outcomes = (await Promise.all([load(), load(), load()])).flat()
      if (seed === 6) expect(new Set(outcomes).size).toBeGreaterThan(1)
      await expectRightTotals(db)
    }
    const states = await db.selectFrom('receipt_day').select('status').distinct().execute()
    expect(states.length).toBe(3)
    const empty = db.selectFrom('receipt_day').selectAll().where('receipts', '=', 0)
    expect(await empty.execute()).toEqual([])
  })

  test('receipts that are taken away are taken from their days', async () => {
    const db = await open()
    const mariaId = await addParty(db, 'María José Paredes')
    const [one, other] = [aReceipt({ totalCents: cents(100) }), aReceipt({ totalCents: cents(23) })]
    await addReceipts(db, [mariaId], [one, other])
    const takeAway = (receipt: typeof one) =>
      transaction(db, (tx) =>
        changeDays(tx, [{ receipt, status: receipt.status, partyIds: [mariaId], receipts: -1 }]),
      )
    await takeAway(one)
    expect(await totalsOf(db, ownScope(mariaId), noFilter)).toEqual({
      count: 1,
      cents: 23,
      exact: true,
    })
    await takeAway(other)
    expect(await db.selectFrom('receipt_day').selectAll().execute()).toEqual([])
  })

  test('a filter of days, kinds and states is added up from days alone, beyond any bound', async () => {
    const db = await open()
    const mariaId = await addParty(db, 'María José Paredes')
    await addReceipts(db, [mariaId], [aReceipt()])
    await db.updateTable('receipt_day').set({ receipts: 2_500_000, cents: 99 }).execute()
    const filter = { ...noFilter, kinds: ['invoice' as const] }
    const many = { count: 2_500_000, cents: 99, exact: true }
    expect(await totalsOf(db, ownScope(mariaId), filter)).toEqual(many)
    const narrower = { ...filter, number: '001' }
    expect(await totalsOf(db, ownScope(mariaId), narrower)).toMatchObject({ count: 1 })
  })

  test('the migration adds up what was there before it', async () => {
    const db = await open()
    const at = NOW.toISOString()
    const crowd = Array.from({ length: 1_001 }, () => ({ name: 'CLIENTE', created_at: at }))
    await db.insertInto('party').values(crowd).execute()
    const mariaId = await addParty(db, 'María José Paredes')
    const receipts = [aReceipt(), aReceipt(), aReceipt({ kind: 'delivery-note', totalCents: null })]
    await addReceipts(db, [1, mariaId], receipts)
    const days = () => db.selectFrom('receipt_day').selectAll().orderBy('party_id').orderBy('kind')
    const kept = await days().execute()
    expect(kept).toHaveLength(4)
    await sql`drop table receipt_day`.execute(db)
    await sql`create index receipt_owner_sums on receipt_owner (party_id)`.execute(db)
    await addDays(db as never)
    expect(await days().execute()).toEqual(kept)
    await addReceipts(db, [mariaId], [aReceipt()])
    expect((await checkDays(db)).problems).toEqual([])
  })
})
