import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { builtOnce } from '../../db/raw-query.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { isDead } from '../../outbox/bounces/dead-address-store.ts'
import type { Session, SessionScope } from './session.ts'

interface NewSession {
  id: string
  scope: SessionScope
  loginId: number | null
  partyId: number | null
  subject: string
  draft: string | null
  deviceId: number | null
  returnTo: string | null
  userAgent: string
  address: string
  expiresAt: Date
}

const USER_AGENT_MAX = 300

export async function addSession(tx: Tx, session: NewSession, now: Date): Promise<void> {
  await tx
    .insertInto('session')
    .values({
      id: session.id,
      scope: session.scope,
      login_id: session.loginId,
      party_id: session.partyId,
      subject: session.subject,
      draft: session.draft,
      device_id: session.deviceId,
      return_to: session.returnTo,
      user_agent: session.userAgent.slice(0, USER_AGENT_MAX),
      address: session.address,
      created_at: now.toISOString(),
      seen_at: now.toISOString(),
      expires_at: session.expiresAt.toISOString(),
    })
    .execute()
}

/** The one query of every signed-in page. */
const findRow = builtOnce((db) =>
  db
    .selectFrom('session')
    .leftJoin('login', 'login.id', 'session.login_id')
    .select([
      'session.id',
      'session.scope',
      'session.subject',
      'session.draft',
      'session.device_id',
      'session.return_to',
      'session.seen_at',
      'session.expires_at',
      'session.ended_at',
      'login.id as login_id',
      'login.party_id',
      'login.display_name',
      'login.role',
      'login.theme',
      'login.shortcuts',
      'login.frozen_at',
      'login.disabled_at',
      'login.email',
      isDead('login.email').as('email_is_dead'),
    ])
    .where('session.id', '=', ''),
)

type SessionRow = Awaited<ReturnType<typeof findRow>>[number]

export async function findSession(db: Db, id: string): Promise<Session | null> {
  const [row] = await findRow(db, [id])
  return row ? toSession(row) : null
}

function toSession(row: SessionRow): Session {
  const { login_id, display_name, role, theme } = row
  const known = login_id !== null && display_name !== null && role !== null && theme !== null
  return {
    id: row.id,
    scope: row.scope,
    subject: row.subject,
    draft: row.draft,
    deviceId: row.device_id,
    returnTo: row.return_to,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at ?? row.frozen_at ?? row.disabled_at,
    login: known
      ? {
          id: login_id,
          partyId: row.party_id,
          displayName: display_name,
          role,
          theme,
          shortcuts: row.shortcuts === 1,
          deadEmail: row.email_is_dead ? row.email : null,
        }
      : null,
  }
}

/** Notes that it was used. Takes its turn among the writers, and is worth no wait for the disk. */
export async function touchSession(db: Db, id: string, now: Date): Promise<void> {
  await transaction(
    db,
    (tx) =>
      tx.updateTable('session').set({ seen_at: now.toISOString() }).where('id', '=', id).execute(),
    'process',
  )
}

/**
 * Whether the session still stands, and it does until this transaction ends: whoever closes it waits.
 * For what must not be done by somebody who was shut out while they were asking.
 */
export async function holdSession(tx: Tx, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('session')
    .set((eb) => ({ seen_at: eb.ref('seen_at') }))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Keeps what was entered so far, and gives the limited session its full time again. */
export async function keepDraft(
  tx: Tx,
  id: string,
  draft: string | null,
  expiresAt: Date,
): Promise<void> {
  await tx
    .updateTable('session')
    .set({ draft, expires_at: expiresAt.toISOString() })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

/** Takes the draft out, once: of two who use it one is told that it did. */
export async function takeDraft(tx: Tx, id: string, draft: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('session')
    .set({ draft: null })
    .where('id', '=', id)
    .where('draft', '=', draft)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns whether it was open until now, so that of two who end it one knows it did */
export async function endSession(tx: Db, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('session')
    .set({ ended_at: now.toISOString(), draft: null })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends every session of a login but one (`null`: all); answers how many. */
export async function endSessionsOf(
  tx: Tx,
  loginId: number,
  exceptId: string | null,
  now: Date,
): Promise<number> {
  let query = tx
    .updateTable('session')
    .set({ ended_at: now.toISOString(), draft: null })
    .where('login_id', '=', loginId)
    .where('ended_at', 'is', null)
  if (exceptId !== null) query = query.where('id', '<>', exceptId)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function endSessionsOnDevice(
  tx: Tx,
  loginId: number,
  deviceId: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('session')
    .set({ ended_at: now.toISOString(), draft: null })
    .where('login_id', '=', loginId)
    .where('device_id', '=', deviceId)
    .where('ended_at', 'is', null)
    .execute()
}

/** Ends the first logins that are under way for these parties. */
export async function endJourneysOf(tx: Tx, partyIds: readonly number[], now: Date): Promise<void> {
  await tx
    .updateTable('session')
    .set({ ended_at: now.toISOString(), draft: null })
    .where('party_id', 'in', anyOf(tx, partyIds))
    .where('scope', '=', 'first-login')
    .where('ended_at', 'is', null)
    .execute()
}

/** A session as its owner sees it in the profile. */
interface ListedSession {
  id: string
  userAgent: string
  address: string
  createdAt: Date
  seenAt: Date
}

/** The open full sessions of a login, the last used first. */
export async function openSessionsOf(
  db: Db,
  loginId: number,
  idleMinutes: number,
  now: Date,
): Promise<ListedSession[]> {
  const idleSince = new Date(now.getTime() - idleMinutes * 60_000)
  const rows = await db
    .selectFrom('session')
    .select(['id', 'user_agent', 'address', 'created_at', 'seen_at'])
    .where('login_id', '=', loginId)
    .where('scope', '=', 'full')
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .where('seen_at', '>', idleSince.toISOString())
    .orderBy('seen_at', 'desc')
    .orderBy('id')
    .limit(50)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    userAgent: row.user_agent,
    address: row.address,
    createdAt: new Date(row.created_at),
    seenAt: new Date(row.seen_at),
  }))
}
