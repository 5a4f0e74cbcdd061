import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Db } from '#src/db/open.ts'
import { gapsOf, PAGE_GAPS } from '#src/practice/completeness/gaps/explain-gaps.ts'
import { lastLoaded, newerByParty } from '#src/receipts/search/news-store.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { untaxedReceipts } from '#src/receipts/taxes/tax-store.ts'
import { taxTotalsOf } from '#src/receipts/taxes/tax-totals.ts'
import type { Day } from '#src/values/day.ts'
import { begin, foundBank, request } from '#tests/issuing/bank.ts'
import { addParty, addReceipts, aReceipt, ISSUER } from '#tests/receipts/support/receipt-rows.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { multiply, noteQueries, planOf, stepsOf, walksOf } from '#tests/support/query-plans.ts'

const OCTOBER = { from: '2026-10-01' as Day, to: '2026-10-31' as Day }
const CLIENTS = 8_000
const CROWD = 16_000

/** So much of everything that PostgreSQL, which plans by how much there is, would not walk through it. */
async function crowd(db: Db): Promise<void> {
  const copied = {
    access_key: "lpad(n::text, 49, '0')",
    number: "'001-001-' || lpad(n::text, 9, '0')",
    issued_on: "to_char(date '2026-06-01' + n % 180, 'YYYY-MM-DD')",
  }
  const partyId = await addParty(db, 'Cliente')
  const [receiptId = 0] = await addReceipts(db, [partyId], [aReceipt()])
  const iva = { place: 0, tax: 'iva', rate_code: '4', rate_bp: 1_500 }
  await db
    .insertInto('receipt_tax')
    .values({ receipt_id: receiptId, ...iva, base_cents: 870, amount_cents: 130 })
    .execute()
  await foundBank(db, { ruc: ISSUER.ruc, environment: 'production' })
  await begin(db, [request('one', draftOf())])
  await multiply(db, 'party', CLIENTS, {})
  await multiply(db, 'receipt', CROWD, { ...copied, tax_lines: '1' })
  const owner = {
    party_id: `${partyId} + n % ${CLIENTS}`,
    receipt_id: `${receiptId} + n`,
    search_text: "''",
  }
  await multiply(db, 'receipt_owner', CROWD, { ...copied, ...owner })
  await multiply(db, 'receipt_tax', CROWD, { receipt_id: `${receiptId} + n` })
  const issued = { source: 'n::text', sequence: '1000 + n', access_key: copied.access_key }
  await multiply(db, 'issuance', CROWD / 4, issued)
  await sql`analyze`.execute(db)
}

/** A step of SQLite that walks through everybody's. */
const WALK = /^SCAN (receipt|issuance|issuer|t|o)\b(?!.*receipt_untaxed)/
/** The few that issue, and the index of those that nobody has read yet, in which each is wanted. */
const FEW = /Seq Scan on issuer|receipt_untaxed/

eachDatabase((open, make) => {
  test('sums by rate and gaps between numbers are found by indexes, whatever the size of the bank', async () => {
    const db = await open()
    if (make !== 'sqlite') await crowd(db)
    const parties = [await addParty(db, 'María Paredes'), await addParty(db, 'Pedro Andrade')]
    for (const [at, partyId] of parties.entries()) {
      const sequences = ['000000001', '000000009']
      const receipts = sequences.map((sequence) =>
        aReceipt({
          number: `001-00${at + 5}-${sequence}`,
          issuedOn: OCTOBER.from,
        }),
      )
      await addReceipts(db, [partyId], receipts)
    }
    const scope = parties.map((partyId) => {
      return { partyId, from: null, to: null, kinds: [], recipient: null, grantId: 1 }
    })
    const queries = noteQueries(db)
    await taxTotalsOf(db, scope, { ...noFilter, ...OCTOBER }, 4)
    await taxTotalsOf(db, scope.slice(0, 1), { ...noFilter, ...OCTOBER }, 2)
    const [partyId = 0] = parties
    const { gaps } = await gapsOf(db, partyId, { ...OCTOBER, kinds: [] }, PAGE_GAPS)
    expect(gaps[0]?.between?.absent).toBe(7)
    await untaxedReceipts(db, 1)
    const news = { after: 0, from: OCTOBER.from }
    expect((await newerByParty(db, scope, news)).counts.get(partyId)).toBe(2)
    expect((await lastLoaded(db, scope.slice(0, 1), news, 5)).count).toBe(2)
    expect(queries.size).toBeGreaterThan(6)
    for (const query of [...queries.values()]) {
      const walks =
        make === 'sqlite'
          ? (await planOf(db, query)).filter((step) => WALK.test(step))
          : await walksOf(db, query, FEW)
      expect([query.sql, walks]).toEqual([query.sql, []])
      // What is left after so many rows is left in the index, and not sorted before.
      if (!query.sql.includes('r.receipt_id desc limit')) continue
      const plan = make === 'sqlite' ? await planOf(db, query) : await stepsOf(db, query)
      expect([query.sql, plan.filter((step) => /ORDER BY|Sort/.test(step))]).toEqual([
        query.sql,
        [],
      ])
    }
  })
})
