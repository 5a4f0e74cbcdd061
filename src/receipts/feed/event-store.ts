import type { Selectable } from 'kysely'
import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import { lockFor, shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { ReceiptEventKind } from '../../db/tables/receipts.ts'
import type { Tx } from '../../db/transaction.ts'

/** What happened to a receipt of one of its owners, as its row says whose it is. */
export interface ReceiptFact {
  readonly what: ReceiptEventKind
  readonly owned: Pick<
    Selectable<Schema['receipt_owner']>,
    'party_id' | 'access_key' | 'kind' | 'issued_on' | 'recipient_number'
  >
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
  const followed = await followedAmong(
    tx,
    facts.map(({ owned }) => owned.party_id),
  )
  const events = facts.filter(({ owned }) => followed.has(owned.party_id))
  if (events.length === 0) return
  const first = await takeNumbers(tx, events.length)
  const at = now.toISOString()
  await insertRows(tx, {
    table: 'receipt_event',
    columns: [
      'party_id',
      'seq',
      'what',
      'access_key',
      'kind',
      'issued_on',
      'recipient_number',
      'at',
    ],
    rows: events.map(({ what, owned }, index) => {
      const { party_id, access_key, kind, issued_on, recipient_number } = owned
      return [party_id, first + index, what, access_key, kind, issued_on, recipient_number, at]
    }),
  })
}

/** The same of receipts that are there, by what happened to each of them. */
export async function noteEventsOf(
  tx: Tx,
  changes: readonly {
    what: ReceiptEventKind
    receiptId: number
    partyIds: readonly number[]
  }[],
  now: Date,
): Promise<void> {
  const followed = await followedAmong(
    tx,
    changes.flatMap(({ partyIds }) => partyIds),
  )
  const some = changes.filter(({ partyIds }) => partyIds.some((id) => followed.has(id)))
  if (some.length === 0) return
  const whats = new Map(some.map(({ receiptId, what }) => [receiptId, what]))
  const rows = await ownersOf(tx, [...whats.keys()])
  const facts = rows.flatMap(({ receipt_id, ...owned }) => {
    const what = whats.get(receipt_id)
    return what ? [{ what, owned }] : []
  })
  await noteEvents(tx, facts, now)
}

/** The same of one receipt. */
export async function noteEventOf(
  tx: Tx,
  what: ReceiptEventKind,
  receiptId: number,
  now: Date,
): Promise<void> {
  const rows = await ownersOf(tx, [receiptId])
  const facts = rows.map((owned) => ({ what, owned }))
  await noteEvents(tx, facts, now)
}

function ownersOf(tx: Tx, receiptIds: readonly number[]) {
  return tx
    .selectFrom('receipt_owner')
    .select(['receipt_id', 'party_id', 'access_key', 'kind', 'issued_on', 'recipient_number'])
    .where('receipt_id', 'in', anyOf(tx, receiptIds))
    .orderBy('receipt_id')
    .orderBy('party_id')
    .execute()
}

/** Those of the parties whom somebody follows, until this transaction ends. */
export async function followedAmong(tx: Tx, partyIds: readonly number[]): Promise<Set<number>> {
  const some = [...new Set(partyIds)]
  if (some.length === 0) return new Set()
  await shareLock(tx, 'merging')
  const rows = await tx
    .selectFrom('followed_party')
    .select('party_id')
    .where('party_id', 'in', anyOf(tx, some))
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
