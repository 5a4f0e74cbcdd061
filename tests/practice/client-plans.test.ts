import { expect, test } from 'vitest'
import { clientList } from '#src/practice/clients/client-list.ts'
import { clientPage } from '#src/practice/clients/client-page.ts'
import { usesBeside, usesOf } from '#src/practice/grants/use-store.ts'
import { promisedBytes } from '#src/practice/packages/promised-store.ts'
import { LOOKED_AT } from '#src/receipts/search/news-store.ts'
import type { Day } from '#src/values/day.ts'
import { addParty, addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { type Noted, openNoted, planOf } from '#tests/support/query-plans.ts'

const OCTOBER = { from: '2026-10-01' as Day, to: '2026-10-31' as Day }

/** A firm whose lead may read parties, each by a grant of everything. */
async function openFirm({ db }: Noted, parties: readonly number[]) {
  const at = '2026-11-01T15:00:00.000Z'
  const one = { party_id: null, username: 'gabriela', display_name: 'Gabriela Andrade' }
  const login = await db
    .insertInto('login')
    .values({ ...one, role: 'accountant', email: 'g@firma.example', created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const by = { created_by: login.id, created_at: at }
  const firm = await db
    .insertInto('firm')
    .values({ ruc: '1790012345001', name: 'Andrade', ...by })
    .returning('id')
    .executeTakeFirstOrThrow()
  const member = { login_id: login.id, firm_id: firm.id, is_lead: 1 }
  await db
    .insertInto('firm_member')
    .values({ ...member, added_by: login.id, added_at: at })
    .execute()
  const given = { kinds: '', ends_on: '2027-11-21', granted_by: login.id, granted_at: at }
  await db
    .insertInto('access_grant')
    .values(parties.map((party_id) => ({ party_id, firm_id: firm.id, ...given })))
    .execute()
  return { loginId: login.id, firmId: firm.id, firm: 'Andrade', ruc: '', isLead: true }
}

test('a client’s page, and what the client sees of it, are found by indexes, a statement for each part', async () => {
  const noted = await openNoted()
  const { db, queries } = noted
  const parties = [await addParty(db, 'María Paredes'), await addParty(db, 'Pedro Andrade')]
  const numbers = ['0912345678', '0923456789']
  const [partyId = 0] = parties
  await db
    .insertInto('party_identification')
    .values(numbers.map((number, at) => ({ number, kind: 'cedula', party_id: parties[at] ?? 0 })))
    .execute()
  for (const [at, party] of parties.entries()) {
    const receipt = aReceipt({ number: `001-00${at}-000000001`, issuedOn: OCTOBER.from })
    await addReceipts(db, [party], [receipt])
  }
  const firm = await openFirm(noted, parties)
  await db.updateTable('login').set({ previous_login_at: '2026-11-01T15:00:00.000Z' }).execute()
  const now = () => new Date('2026-11-21T15:00:00.000Z')
  queries.clear()
  const page = await clientPage({ db, now }, firm, numbers[0] ?? '')
  expect(page?.news.rows).toHaveLength(1)
  const days = { from: '2026-11-01' as Day, to: '2026-11-30' as Day }
  expect(await usesOf(db, partyId, days, 10)).toHaveLength(2)
  await usesBeside(db, partyId, days)
  await promisedBytes(db)
  const { clients } = await clientList(db, firm.loginId, now())
  expect(clients.map(({ fresh }) => fresh)).toEqual([1, 1])
  expect(queries.size).toBeLessThan(24)
  const large =
    /^SCAN (annulment|receipt|receipt_owner|receipt_day|r|package|job|month_seal|grant_use|u|g)\b/
  for (const query of [...queries.values()]) {
    const plan = await planOf(db, query)
    // The last of all receipts is read off the end of their key.
    const isLast = /max\("id"\)/.test(query.sql)
    const scans = plan.filter((step) => large.test(step) && !isLast)
    expect([query.sql, scans]).toEqual([query.sql, []])
  }

  // Of a client who has many, those issued last are looked at, and the first one is not.
  const many = Array.from({ length: LOOKED_AT }, (_, n) => {
    return aReceipt({ number: `001-009-${String(n).padStart(9, '0')}`, issuedOn: days.from })
  })
  await addReceipts(db, [partyId], many)
  const loaded = await clientPage({ db, now }, firm, numbers[0] ?? '')
  expect(loaded?.news).toMatchObject({ count: LOOKED_AT, lookedAt: LOOKED_AT })
  const list = await clientList(db, firm.loginId, now())
  expect(list.clients.map(({ fresh }) => fresh)).toEqual([LOOKED_AT, 1])
})
