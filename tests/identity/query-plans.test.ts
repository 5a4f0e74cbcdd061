import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { entriesAbout } from '#src/audit/audit-entry-store.ts'
import { namedCustomers } from '#src/backoffice/customers/customer-name-store.ts'
import { contactsOf, mailsOfParty } from '#src/backoffice/customers/customer-page-store.ts'
import { findLoad, forgetDrafts, withoutLogin } from '#src/backoffice/customers/load/load-store.ts'
import { searchCustomers } from '#src/backoffice/customers/search-customers.ts'
import type { Db } from '#src/db/open.ts'
import { forgetExpired } from '#src/identity/forget-expired.ts'
import { findStaffLogin } from '#src/identity/login-store.ts'
import {
  allWaitingAbout,
  countWaitingFor,
  decidedApprovals,
  waitingApprovals,
} from '#src/identity/staff/approvals/approval-store.ts'
import { staffNames } from '#src/identity/staff/login-name-store.ts'
import { findMember, listMembers } from '#src/identity/staff/people/people-store.ts'
import { openViewOf, viewsOfParty } from '#src/identity/staff/viewing/view-store.ts'
import { mailsAbout, mailsIn, queueState } from '#src/outbox/queue-store.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { sendDigests } from '#src/receipts/alerts/send-digests.ts'
import { bankReadingsOf } from '#src/receipts/reading-store.ts'
import type { Day } from '#src/values/day.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'
import { KEYS, note, openWorker, queue } from '#tests/outbox/outbox.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { openPortal } from '#tests/support/portal.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'
import { doEverything } from './everything.ts'

const TABLES =
  /\b(party|party_identification|contact|login|first_login_window|session|device|one_time_code|initial_password|mailed_link|throttle|mail|digest_item|audit|passkey|second_factor|recovery_code|approval|party_word|customer_view|customer_load)\b/

/** What walks or sorts and may, because what it walks or sorts is small whatever the table holds. */
const EXCUSED: [query: RegExp, why: string][] = [
  [/from "party_identification".*order by "party"\."id"/s, 'at most two numbers of one person'],
  [/from "party_identification" where "party_id" = /, 'the numbers of one person'],
  [/^select \* from "mail" order by "id"$/, 'how these tests read their inbox'],
  [/from "login" as "named"/, 'at most two logins of one name'],
  [/from "login".*where "party_id" is null.*order by "display_name"/s, 'the people of the bank'],
  [/^select "hash" from "audit" order by "id" desc limit/, 'the last entry alone'],
  [/from "session" where "login_id" = .*"seen_at" >/s, 'what one person has open now'],
  [/count\(\*\) from mail/, 'counts of what has not left, by partial indexes'],
  [/count.*from "approval" where "decided_at" is null/s, 'what waits, by a partial index'],
  [/^select "id" from "party" where "merged_into" is null order by "id" desc limit/, 'the newest'],
  [/^select distinct "led"."party_id" as "id" from "party_word"/, 'no more than a page of names'],
  [/inner join "customer_view".*group by/s, 'what was read of one receipt'],
  [/from "digest_item" where "login_id" >/, 'once a day, when nearly all that waits is due'],
]

function walks(step: string): boolean {
  const scanned = /^SCAN (\S+)/.exec(step)?.[1]
  return step.startsWith('USE TEMP B-TREE') || (scanned !== undefined && TABLES.test(scanned))
}

it('finds by an index whatever a visit, the mails and the hourly cleaning ask for', async () => {
  const { db, queries } = await openNoted()
  const portal = await openPortal({ db })
  await doEverything(portal)
  await forgetExpired(db, amazonas.retention, portal.clock.now())
  await workOutbox(db)
  await askAboutStaff(db)
  await askAboutCustomers(db, portal.clock.now())
  const wrong: string[] = []
  const unused = new Set(EXCUSED.map(([query]) => query))
  for (const query of queries.values()) {
    if (!/^\s*(select|update|delete|with)/i.test(query.sql)) continue
    const bad = (await planOf(db, query)).filter(walks)
    const excuse = EXCUSED.find(([pattern]) => pattern.test(query.sql))
    if (excuse) unused.delete(excuse[0])
    // Sorting a few is excused, walking through everybody's never.
    const excused = excuse && !bad.some((step) => /^SCAN login/.test(step))
    if (bad.length > 0 && !excused) wrong.push(`${bad.join('; ')}: ${query.sql}`)
  }
  expect(wrong).toEqual([])
  expect([...unused].map(String)).toEqual([])
  expect(queries.size).toBeGreaterThan(60)
})

/** What the pages of the bank's own people ask for, among however many customers. */
async function askAboutStaff(db: Db): Promise<void> {
  await listMembers(db, amazonas.login)
  await findMember(db, amazonas.login, 1)
  await findStaffLogin(db, 'ana.vera')
  await staffNames(db)
  await waitingApprovals(db, KEYS.seal, 0, 10)
  await decidedApprovals(db, KEYS.seal, { at: '2026-11-21T17:00:00.000Z', id: 7 }, 10)
  await countWaitingFor(db, 1, 100)
  await namedCustomers(db, [1, 2])
  await allWaitingAbout(db, 'party:1')
  await entriesAbout(db, 'party:1', 'customer.seen', 10)
}

/** What a search for a customer and their page ask for. */
async function askAboutCustomers(db: Db, now: Date): Promise<void> {
  for (const typed of ['', '0912', 'mar', 'paredes mar', 'maria@']) {
    await searchCustomers(db, amazonas, typed, now)
  }
  await contactsOf(db, 1, 10)
  await mailsOfParty(db, 1, 10)
  await openViewOf(db, 'a session')
  await viewsOfParty(db, 1, 5)
  await bankReadingsOf(db, 1, 1)
  await findLoad(db, KEYS.seal, 1)
  await forgetDrafts(db, now)
  await withoutLogin(db, [1, 2])
}

async function workOutbox(db: Db): Promise<void> {
  const clock = stoppedClock()
  const draft = { day: '2026-11-16' as Day, series: '001-002' }
  const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
  await register(db, pedro, { alerts: 'daily' })
  await register(db, maria, { alerts: 'each' })
  const bills = [pedro, maria].map((to, at) => invoice({ ...draft, sequence: at + 1 }, to, lines))
  await load(db, bills, clock.now())
  await sendDigests(
    db,
    { sealKey: KEYS.seal, digestHour: 18 },
    new Date('2026-11-23T14:00:00.000Z'),
  )
  const sink = await openSink()
  const worker = openWorker(db, sink.url, { clock })
  await queue(db, [note('maria', { urgent: true }), note('pedro')], clock.now())
  await worker.runOnce()
  await sink.close()
  await queue(db, [note('rosa')], clock.now())
  for (let hour = 0; hour < 80; hour += 1) {
    await worker.runOnce()
    clock.advance({ hours: 1 })
  }
  await worker.stop()
  await queueState(db, clock.now())
  await mailsIn(db, 'failed', { limit: 10 })
  await mailsAbout(db, 1, 1)
}
