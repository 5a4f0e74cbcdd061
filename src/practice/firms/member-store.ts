import { sql } from 'kysely'
import { insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/**
 * Whether somebody of a firm has a client: a lead has every client, a member those that were passed
 * on to them. The one place that says so, of `firm_member` with `member_client` beside it.
 */
export const HAS_CLIENT = sql<boolean>`(firm_member.is_lead = 1 or member_client.party_id is not null)`

/** An accountant, and the firm they work for. */
export interface Membership {
  loginId: number
  firmId: number
  firm: string
  ruc: string
  isLead: boolean
}

/** The firm of an accountant; null for who is, or is no longer, anybody's. */
export async function membershipOf(db: Db, loginId: number): Promise<Membership | null> {
  const row = await db
    .selectFrom('firm_member')
    .innerJoin('firm', 'firm.id', 'firm_member.firm_id')
    .select(['firm_member.firm_id', 'firm.name', 'firm.ruc', 'firm_member.is_lead'])
    .where('firm_member.login_id', '=', loginId)
    .where('firm_member.removed_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return { loginId, firmId: row.firm_id, firm: row.name, ruc: row.ruc, isLead: row.is_lead === 1 }
}

/** Somebody of a firm, as its lead and the bank see them. */
export interface Member {
  loginId: number
  username: string
  name: string
  email: string
  isLead: boolean
  lastLoginAt: Date | null
  removedAt: Date | null
}

/** Leads first, then by name; who is gone comes last. */
export async function membersOf(db: Db, firmId: number): Promise<Member[]> {
  const rows = await db
    .selectFrom('firm_member')
    .innerJoin('login', 'login.id', 'firm_member.login_id')
    .select([
      'login.id',
      'login.username',
      'login.display_name',
      'login.email',
      'login.last_login_at',
      'firm_member.is_lead',
      'firm_member.removed_at',
    ])
    .where('firm_member.firm_id', '=', firmId)
    .orderBy('firm_member.is_lead', 'desc')
    .orderBy('login.display_name')
    .orderBy('login.id')
    .execute()
  const members = rows.map((row) => ({
    loginId: row.id,
    username: row.username.toLowerCase(),
    name: row.display_name,
    email: row.email ?? '',
    isLead: row.is_lead === 1,
    lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at),
    removedAt: row.removed_at === null ? null : new Date(row.removed_at),
  }))
  return members.sort((a, b) => Number(a.removedAt !== null) - Number(b.removedAt !== null))
}

export async function addFirmMember(
  tx: Tx,
  member: { loginId: number; firmId: number; isLead: boolean; addedBy: number },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('firm_member')
    .values({
      login_id: member.loginId,
      firm_id: member.firmId,
      is_lead: member.isLead ? 1 : 0,
      added_by: member.addedBy,
      added_at: now.toISOString(),
    })
    .execute()
}

/** Whether there was such a member, other than a lead, to remove. */
export async function removeFirmMember(
  tx: Tx,
  firmId: number,
  loginId: number,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('firm_member')
    .set({ removed_at: now.toISOString() })
    .where('login_id', '=', loginId)
    .where('firm_id', '=', firmId)
    .where('is_lead', '=', 0)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await tx.deleteFrom('member_client').where('login_id', '=', loginId).execute()
  return true
}

/** Which clients were passed on to each member of a firm. */
export async function passedClients(db: Db, firmId: number): Promise<Map<number, Set<number>>> {
  const rows = await db
    .selectFrom('member_client')
    .innerJoin('firm_member', 'firm_member.login_id', 'member_client.login_id')
    .select(['member_client.login_id', 'member_client.party_id'])
    .where('firm_member.firm_id', '=', firmId)
    .execute()
  const byMember = Map.groupBy(rows, ({ login_id }) => login_id)
  return new Map(
    [...byMember].map(([id, some]) => [id, new Set(some.map(({ party_id }) => party_id))]),
  )
}

/** From now on a member has just these clients. */
export async function passClients(
  tx: Tx,
  loginId: number,
  partyIds: readonly number[],
  givenBy: number,
  now: Date,
): Promise<void> {
  await tx.deleteFrom('member_client').where('login_id', '=', loginId).execute()
  await insertRows(tx, {
    table: 'member_client',
    columns: ['login_id', 'party_id', 'given_by', 'given_at'],
    rows: partyIds.map((partyId) => [loginId, partyId, givenBy, now.toISOString()]),
  })
}
