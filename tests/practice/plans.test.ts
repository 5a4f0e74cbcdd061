import { expect, test } from 'vitest'
import { gapsOf, PAGE_GAPS } from '#src/practice/completeness/gaps/explain-gaps.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { untaxedReceipts } from '#src/receipts/taxes/tax-store.ts'
import { taxTotalsOf } from '#src/receipts/taxes/tax-totals.ts'
import type { Day } from '#src/values/day.ts'
import { addParty, addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'

const OCTOBER = { from: '2026-10-01' as Day, to: '2026-10-31' as Day }

test('sums by rate and gaps between numbers are found by indexes, whatever the size of the bank', async () => {
  const { db, queries } = await openNoted()
  const parties = [await addParty(db, 'María Paredes'), await addParty(db, 'Pedro Andrade')]
  for (const partyId of parties) {
    const sequences = ['000000001', '000000009']
    const receipts = sequences.map((sequence) =>
      aReceipt({ number: `001-00${partyId}-${sequence}`, issuedOn: OCTOBER.from }),
    )
    await addReceipts(db, [partyId], receipts)
  }
  const scope = parties.map((partyId) => {
    return { partyId, from: null, to: null, kinds: [], recipient: null, grantId: 1 }
  })
  queries.clear()
  await taxTotalsOf(db, scope, { ...noFilter, ...OCTOBER }, 4)
  await taxTotalsOf(db, scope.slice(0, 1), { ...noFilter, ...OCTOBER }, 2)
  const [partyId = 0] = parties
  const { gaps } = await gapsOf(db, partyId, { ...OCTOBER, kinds: [] }, PAGE_GAPS)
  expect(gaps[0]?.between?.absent).toBe(7)
  await untaxedReceipts(db, 1)
  expect(queries.size).toBeGreaterThan(4)
  for (const query of [...queries.values()]) {
    const plan = await planOf(db, query)
    const scans = plan.filter((step) => /^SCAN (receipt|issuance|issuer|t|o)\b/.test(step))
    expect([query.sql, scans.filter((step) => !step.includes('receipt_untaxed'))]).toEqual([
      query.sql,
      [],
    ])
  }
})
