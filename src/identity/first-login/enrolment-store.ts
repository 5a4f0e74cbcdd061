import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { bankAddressOf } from '../parties/contact-store.ts'

/** Somebody whose first login may happen now. */
export interface Enrolment {
  partyId: number
  name: string
  /** The address the bank itself holds; null when it holds none. */
  contact: string | null
}

/**
 * The enrolment that a number leads to: its window is open and nobody has signed in for it yet.
 * Null for every other number, whatever the reason: nobody must be told which.
 */
export async function findEnrolment(
  db: Db,
  numbers: readonly string[],
  now: Date,
): Promise<Enrolment | null> {
  const row = await db
    .selectFrom('party_identification')
    .innerJoin('party', 'party.id', 'party_identification.party_id')
    .innerJoin('first_login_window as current', 'current.party_id', 'party.id')
    .leftJoin('login', 'login.party_id', 'party.id')
    .select(['party.id', 'party.name'])
    .where('party_identification.number', 'in', [...numbers])
    .where('current.used_at', 'is', null)
    .where('current.closes_at', '>', now.toISOString())
    .where('login.password_hash', 'is', null)
    .orderBy('party.id')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return { partyId: row.id, name: row.name, contact: await bankAddressOf(db, row.id) }
}

/** Uses the window up. Of two who finish at once, one is told that it was open. */
export async function useWindow(tx: Tx, partyId: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('first_login_window')
    .set({ used_at: now.toISOString() })
    .where('party_id', '=', partyId)
    .where('used_at', 'is', null)
    .where('closes_at', '>', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Until when a party may make its first login; null when it may not. */
export async function findWindowEnd(db: Db, partyId: number, now: Date): Promise<string | null> {
  const row = await db
    .selectFrom('first_login_window')
    .leftJoin('login', 'login.party_id', 'first_login_window.party_id')
    .select('closes_at')
    .where('first_login_window.party_id', '=', partyId)
    .where('used_at', 'is', null)
    .where('closes_at', '>', now.toISOString())
    .where('login.password_hash', 'is', null)
    .executeTakeFirst()
  return row?.closes_at ?? null
}
