import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import { lockFor, shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { ReceiptEventKind } from '../../db/tables/feed.ts'
import type { Tx } from '../../db/transaction.ts'

/** What happened to a receipt, and whose it is. */
export interface ReceiptFact {
  readonly what: ReceiptEventKind
  readonly receipt: { accessKey: string; kind: string; issuedOn: string }
  readonly partyIds: readonly number[]
}

/**
 * From the end of this transaction on, what happens to receipts of this party is noted as events;
 * what was there before is in the list. On PostgreSQL it waits for the facts under way, so that each
 * is on one of the two sides: call it before anything is noted in the audit chain, for which they
 * may be waiting.
 */
export async function followParty(tx: Tx, partyId: number, now: Date): Promise<void> {
  await lockFor(tx, 'merging')
  await tx
    .insertInto('followed_party')
    .values({ party_id: partyId, since: now.toISOString() })
    .onConflict((conflict) => conflict.column('party_id').doNothing())
    .execute()
}

/**
 * Notes what happened to receipts, in the transaction in which it does, for those whom somebody
 * follows: the others cost one look. Call it late, and before the figures and the audit chain:
 * whoever notes an event as well waits for the end of this transaction.
 */
export async function noteEvents(tx: Tx, facts: readonly ReceiptFact[], now: Date): Promise<void> {
  const owners = new Set(facts.flatMap(({ partyIds }) => partyIds))
  if (owners.size === 0) return
  await shareLock(tx, 'merging')
  const followed = await followedAmong(tx, [...owners])
  if (followed.size === 0) return
  const events = facts.flatMap(({ what, receipt, partyIds }) =>
    partyIds.filter((id) => followed.has(id)).map((partyId) => ({ what, receipt, partyId })),
  )
  const first = await takeNumbers(tx, events.length)
  const at = now.toISOString()
  await insertRows(tx, {
    table: 'receipt_event',
    columns: ['party_id', 'seq', 'what', 'access_key', 'kind', 'issued_on', 'at'],
    rows: events.map(({ what, receipt, partyId }, index) => {
      const { accessKey, kind, issuedOn } = receipt
      return [partyId, first + index, what, accessKey, kind, issuedOn, at]
    }),
  })
}

/** The same of one receipt that is there. */
export async function noteEventOf(
  tx: Tx,
  what: ReceiptEventKind,
  receiptId: number,
  now: Date,
): Promise<void> {
  const owned = await tx
    .selectFrom('receipt_owner')
    .select(['party_id', 'access_key as accessKey', 'kind', 'issued_on as issuedOn'])
    .where('receipt_id', '=', receiptId)
    .execute()
  const facts = owned.map(({ party_id, ...receipt }) => ({ what, receipt, partyIds: [party_id] }))
  await noteEvents(tx, facts, now)
}

/** Those of the parties whom somebody follows. */
export async function followedAmong(tx: Tx, partyIds: readonly number[]): Promise<Set<number>> {
  const rows = await tx
    .selectFrom('followed_party')
    .select('party_id')
    .where('party_id', 'in', anyOf(tx, partyIds))
    .execute()
  return new Set(rows.map(({ party_id }) => party_id))
}

/**
 * Takes so many numbers and answers the first. The row stays locked until the commit: a number is
 * taken only once all before it can be seen, so who has read up to one has missed nothing. (Numbers
 * of a sequence are seen in the order of the commits, and a later reader would miss the slow ones.)
 */
export async function takeNumbers(tx: Tx, count: number): Promise<number> {
  const { last } = await tx
    .insertInto('receipt_event_head')
    .values({ id: 1, last: count })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({ last: eb('receipt_event_head.last', '+', count) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return last - count + 1
}

/** The number of the last event there is; 0 before the first. */
export async function lastEvent(db: Db): Promise<number> {
  const row = await db.selectFrom('receipt_event_head').select('last').executeTakeFirst()
  return row?.last ?? 0
}
