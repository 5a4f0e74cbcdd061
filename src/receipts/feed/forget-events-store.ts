import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Day } from '../../values/day.ts'

/** Up to which number events are there no more; 0 while all of them are. */
export async function forgottenEvents(db: Db): Promise<number> {
  const row = await db.selectFrom('receipt_event_head').select('forgotten').executeTakeFirst()
  return row?.forgotten ?? 0
}

/** Notes how far the events are on a day, so that later it is known which are older than that. */
export async function noteDay(tx: Tx, day: Day, last: number): Promise<void> {
  await tx
    .insertInto('receipt_event_day')
    .values({ day, last })
    .onConflict((conflict) => conflict.column('day').doUpdateSet({ last }))
    .execute()
}

/**
 * Lets go of all events of the days before one, as far as days were noted: from the end of this
 * transaction on nobody is told them. Answers the last of them; 0 when there is none.
 */
export async function releaseEvents(tx: Tx, before: Day): Promise<number> {
  const noted = await tx
    .selectFrom('receipt_event_day')
    .select(['day', 'last'])
    .where('day', '<', before)
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!noted) return 0
  const { day, last } = noted
  await tx
    .updateTable('receipt_event_head')
    .set({ forgotten: last })
    .where('forgotten', '<', last)
    .execute()
  await tx.deleteFrom('receipt_event_day').where('day', '<', day).execute()
  return last
}

/** Followed parties behind one, in their order. */
export async function followedAfter(db: Db, after: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('followed_party')
    .select('party_id')
    .where('party_id', '>', after)
    .orderBy('party_id')
    .limit(limit)
    .execute()
  return rows.map(({ party_id }) => party_id)
}

/** Deletes the events of some parties up to a number. */
export async function deleteEvents(
  tx: Tx,
  partyIds: readonly number[],
  upTo: number,
): Promise<void> {
  await tx
    .deleteFrom('receipt_event')
    .where('party_id', 'in', anyOf(tx, partyIds))
    .where('seq', '<=', upTo)
    .execute()
}
