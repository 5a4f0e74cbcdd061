import { expect, test } from 'vitest'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'
import { signIn } from './support/signed-in.ts'

test('the table of a search goes by day, also when the list goes by value', async () => {
  const portal = await openPortal()
  const partyId = await addParty(portal.db, 'María José Paredes')
  const receipts = [
    ['2026-11-02', 100],
    ['2026-11-01', 300],
    ['2026-11-03', 200],
  ] as const
  await addReceipts(
    portal.db,
    [partyId],
    receipts.map(([day, total]) => aReceipt({ issuedOn: day as Day, totalCents: cents(total) })),
  )
  const { browser } = await signIn(portal, partyId, 'María José Paredes')
  const days = async (order: string) => {
    const { body } = await browser.get(`/comprobantes.csv?periodo=rango&orden=${order}`)
    return body.match(/2026-11-0\d/g)
  }
  const newestFirst = ['2026-11-03', '2026-11-02', '2026-11-01']
  expect(await days('-valor')).toEqual(newestFirst)
  expect(await days('valor')).toEqual(newestFirst)
  expect(await days('fecha')).toEqual(newestFirst.toReversed())
})
