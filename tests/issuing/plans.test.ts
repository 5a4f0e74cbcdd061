import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transaction } from '#src/db/transaction.ts'
import {
  invoicesNumbered,
  notesBegun,
  possibleNotes,
} from '#src/issuing/credit-notes/credit-note-store.ts'
import {
  claimIssuances,
  countWaiting,
  isAnyIssuanceDue,
  isMakingDue,
} from '#src/issuing/issuance/claim-store.ts'
import { eventsOf } from '#src/issuing/issuance/event-store.ts'
import {
  countLotIssuances,
  issuancesFor,
  stoppedIssuances,
} from '#src/issuing/issuance/issuance-store.ts'
import { countIssuances, listIssuances } from '#src/issuing/issuance/list-store.ts'
import { nextNumber, setNextNumber } from '#src/issuing/numbering/sequence-store.ts'
import { MOVING, SPENT, STOPPED } from '#src/issuing/states/state-groups.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'
import { begin, ceibo, foundBank, NOW, request } from './bank.ts'

const ROWS = 100_000

/** So many documents, most of them through. */
async function fill(db: Awaited<ReturnType<typeof openNoted>>['db'], issuerId: number) {
  await sql`pragma foreign_keys = off`.execute(db)
  await sql`
    with recursive n(n) as (select 2 union all select n + 1 from n where n <= ${ROWS})
    insert into issuance (source, issuer_id, environment, kind, establishment, point, sequence,
      access_key, draft, edition, is_fee, state, tries, refusals, lot_id, lot_n, receipt_id,
      created_at, changed_at)
    select 'lot:' || n, ${issuerId}, 'test', 'invoice', '001', '001', n, 'key ' || n, '{}', 1, 0,
      'authorized', 0, 0, n % 50, n, n, '2026', '2026' from n`.execute(db)
  // An outage: a tenth of them waits.
  await sql`update issuance set state = 'ready', next_step = 'send', next_at = '2026', receipt_id = null
    where id > ${ROWS - ROWS / 10}`.execute(db)
  await sql`analyze`.execute(db)
}

const SLOW = /^SCAN (issuance|emission|receipt|invoice|known|charged|note)\b|TEMP B-TREE/

/** Lists are merged from stretches of indexes of a page each; what is closed is walked a page far. */
function isBounded(step: string, text: string): boolean {
  if (/^SCAN issuance USING COVERING INDEX issuance_(closed|spent)/.test(step))
    return / limit /.test(text)
  return /TEMP B-TREE FOR ORDER BY/.test(step) && text.includes('union all')
}

test('finds everything by an index among a hundred thousand documents', {
  timeout: 300_000,
}, async () => {
  const { db, queries } = await openNoted()
  const issuerId = await foundBank(db)
  await begin(db, [request('first')])
  await fill(db, issuerId)
  queries.clear()
  const series = { issuerId, environment: 'test', kind: 'invoice', establishment: '001' } as const
  const claim = { owner: 'me', until: NOW }
  await isAnyIssuanceDue(db, ['send', 'ask'], NOW)
  await isMakingDue(db, issuerId, NOW)
  await transaction(db, async (tx) => {
    for (const step of [{ makeOf: issuerId }, 'send', 'ask'] as const) {
      await claimIssuances(tx, step, 10, claim, NOW)
    }
    await countWaiting(tx)
    await issuancesFor(tx, ['first', 'lot:77'])
    await setNextNumber(tx, { ...series, point: '001' }, 2_000_000)
  })
  await nextNumber(db, { ...series, point: '001' })
  await stoppedIssuances(db, 'returned', { afterId: 0, limit: 10 })
  await countLotIssuances(db, 7)
  const page = { after: 0, limit: 50 }
  const all = { kind: null, establishment: null, issuerId: null, lotId: null }
  for (const states of [MOVING, [...STOPPED, SPENT], 'closed'] as const) {
    await listIssuances(db, { ...all, states }, page)
    await countIssuances(db, { ...all, states }, 1_000)
  }
  await stoppedIssuances(db, SPENT, { afterId: 0, limit: 10 })
  const ofKind = {
    ...all,
    issuerId,
    states: MOVING,
    kind: 'withholding',
    establishment: '009',
  } as const
  await listIssuances(db, ofKind, page)
  await countIssuances(db, ofKind, 1_000)
  const ofLot = { ...all, states: [...MOVING, ...STOPPED, 'authorized' as const], lotId: 7 }
  await listIssuances(db, ofLot, page)
  await countIssuances(db, ofLot, 1_000)
  const numbers = ['001-001-000000001']
  await notesBegun(db, { id: issuerId, environment: 'test' }, numbers)
  const ruc = ceibo.ruc
  await invoicesNumbered(db, { ruc, environment: 'test' }, numbers)
  await possibleNotes(db, [1])
  await eventsOf(db, 1)
  const asked = [...queries.values()]
  const scans: string[] = []
  for (const query of asked) {
    if (/^(begin|commit|rollback|pragma)/i.test(query.sql)) continue
    const plan = await planOf(db, query)
    const slow = plan.filter((step) => SLOW.test(step) && !isBounded(step, query.sql))
    scans.push(...slow.map((step) => `${step}: ${query.sql}`))
  }
  expect(scans).toEqual([])
  expect(asked.length).toBeGreaterThan(10)
  await db.destroy()
})
