import { sql } from 'kysely'
import type { Tx } from '../../db/transaction.ts'
import { followedAmong, takeNumbers } from './event-store.ts'

/**
 * Two parties are one from now on: who follows either follows both, and is told of the receipts that
 * were not in sight before as of new ones. Call it while each still has its own.
 */
export async function moveEvents(tx: Tx, from: number, to: number, now: Date): Promise<void> {
  const followed = await followedAmong(tx, [from, to])
  if (followed.size === 0) return
  await tx
    .insertInto('followed_party')
    .values({ party_id: to, since: now.toISOString() })
    .onConflict((conflict) => conflict.column('party_id').doNothing())
    .execute()
  await tx.updateTable('receipt_event').set({ party_id: to }).where('party_id', '=', from).execute()
  await tx.deleteFrom('followed_party').where('party_id', '=', from).execute()
  const unseen = [...(followed.has(to) ? [from] : []), ...(followed.has(from) ? [to] : [])]
  for (const owner of unseen) await announceAll(tx, owner, to, now)
}

async function announceAll(tx: Tx, owner: number, to: number, now: Date): Promise<void> {
  const { receipts } = await tx
    .selectFrom('receipt_owner')
    .select(({ fn }) => fn.countAll<number>().as('receipts'))
    .where('party_id', '=', owner)
    .executeTakeFirstOrThrow()
  if (receipts === 0) return
  const first = await takeNumbers(tx, receipts)
  await sql`insert into receipt_event
      (party_id, seq, what, access_key, kind, issued_on, recipient_number, at)
    select cast(${to} as bigint),
      cast(${first - 1} as bigint) + row_number() over (order by issued_on, receipt_id),
      'kept', access_key, kind, issued_on, recipient_number, cast(${now.toISOString()} as text)
    from receipt_owner where party_id = ${owner}`.execute(tx)
}
