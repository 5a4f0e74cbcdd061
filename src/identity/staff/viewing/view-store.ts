import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'

/** A look of somebody of the bank at a customer's portal, while it is open. */
export interface CustomerView {
  id: number
  partyId: number
  /** As registers print it. */
  customerName: string
  /** The customer's own login. */
  customerLoginId: number | null
  endsAt: Date
}

/** The look that a session has open, also one whose time is over; null when it has none. */
export async function openViewOf(db: Db, sessionId: string): Promise<CustomerView | null> {
  const row = await db
    .selectFrom('customer_view')
    .innerJoin('party', 'party.id', 'customer_view.party_id')
    .leftJoin('login', 'login.party_id', 'party.id')
    .select([
      'customer_view.id',
      'customer_view.party_id',
      'customer_view.ends_at',
      'party.name',
      'login.id as login_id',
    ])
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    partyId: row.party_id,
    customerName: row.name,
    customerLoginId: row.login_id,
    endsAt: new Date(row.ends_at),
  }
}

export async function addView(
  tx: Tx,
  view: { partyId: number; loginId: number; sessionId: string; reason: string; endsAt: Date },
  now: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('customer_view')
    .values({
      party_id: view.partyId,
      login_id: view.loginId,
      session_id: view.sessionId,
      reason: view.reason,
      started_at: now.toISOString(),
      ends_at: view.endsAt.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Ends the look of a session, if it has one; answers which and of whom. */
export async function endViewOf(
  tx: Tx,
  sessionId: string,
  now: Date,
): Promise<{ id: number; partyId: number } | null> {
  const row = await tx
    .updateTable('customer_view')
    .set({ ended_at: now.toISOString() })
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returning(['id', 'party_id'])
    .executeTakeFirst()
  return row ? { id: row.id, partyId: row.party_id } : null
}

/** When and why the bank's people looked at a customer's portal, the newest first. */
export async function viewsOfParty(
  db: Db,
  partyId: number,
  limit: number,
): Promise<{ reason: string; at: Date }[]> {
  const rows = await db
    .selectFrom('customer_view')
    .select(['reason', 'started_at'])
    .where('party_id', '=', partyId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ reason, started_at }) => ({ reason, at: new Date(started_at) }))
}
