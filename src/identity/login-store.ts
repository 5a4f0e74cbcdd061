import type { Selectable } from 'kysely'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { Tx } from '../db/transaction.ts'
import type { Theme } from '../web/pages/theme.ts'
import type { Role } from './person.ts'
import { PUBLIC_ROLES, STAFF_ROLES } from './person.ts'

/** A way into the portal. */
export interface Login {
  id: number
  partyId: number | null
  username: string
  displayName: string
  role: Role
  passwordHash: string | null
  email: string | null
  alerts: 'each' | 'daily' | 'off'
  theme: Theme
  shortcuts: boolean
  frozen: boolean
  passwordChangedAt: Date | null
  lastLoginAt: Date | null
  previousLoginAt: Date | null
}

/**
 * The customer's login that a typed name leads to: the login belongs to the party, so each of its
 * identifications is a user name. `numbers` are the equivalent forms of what was typed.
 */
export async function findLoginByName(db: Db, numbers: readonly string[]): Promise<Login | null> {
  const row = await db
    .selectFrom('login')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('login as named')
        .select('named.id')
        .where('named.username', 'in', [...numbers])
        // Two look-ups: of one condition with «or» SQLite makes a walk through all logins.
        .unionAll(
          eb
            .selectFrom('party_identification')
            .innerJoin('login as owned', 'owned.party_id', 'party_identification.party_id')
            .select('owned.id')
            .where('number', 'in', [...numbers]),
        ),
    )
    .where('role', 'in', PUBLIC_ROLES)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ? toLogin(row) : null
}

/** The login of somebody of the bank; one that was taken away is nobody's. */
export async function findStaffLogin(db: Db, username: string): Promise<Login | null> {
  const row = await db
    .selectFrom('login')
    .selectAll()
    .where('username', '=', username)
    .where('role', 'in', STAFF_ROLES)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row ? toLogin(row) : null
}

export async function findLogin(db: Db, id: number): Promise<Login | null> {
  const row = await db.selectFrom('login').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toLogin(row) : null
}

export async function markSignedIn(tx: Tx, loginId: number, now: Date): Promise<void> {
  await tx
    .updateTable('login')
    .set((eb) => ({ previous_login_at: eb.ref('last_login_at'), last_login_at: now.toISOString() }))
    .where('id', '=', loginId)
    .execute()
}

export async function setPassword(
  tx: Tx,
  loginId: number,
  passwordHash: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('login')
    .set({ password_hash: passwordHash, password_changed_at: now.toISOString() })
    .where('id', '=', loginId)
    .execute()
}

/** The same password under today's settings; not a change of password. */
export async function refreshHash(
  db: Db,
  loginId: number,
  former: string,
  passwordHash: string,
): Promise<void> {
  await db
    .updateTable('login')
    .set({ password_hash: passwordHash })
    .where('id', '=', loginId)
    .where('password_hash', '=', former)
    .execute()
}

export async function setEmail(tx: Tx, loginId: number, email: string): Promise<void> {
  await tx.updateTable('login').set({ email }).where('id', '=', loginId).execute()
}

/** @returns whether that is a change */
export async function setAlerts(
  tx: Tx,
  loginId: number,
  alerts: Login['alerts'],
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('login')
    .set({ alerts })
    .where('id', '=', loginId)
    .where('alerts', '<>', alerts)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function setAppearance(
  tx: Tx,
  loginId: number,
  theme: Theme,
  shortcuts: boolean,
): Promise<void> {
  await tx
    .updateTable('login')
    .set({ theme, shortcuts: shortcuts ? 1 : 0 })
    .where('id', '=', loginId)
    .execute()
}

export async function freeze(tx: Tx, loginId: number, now: Date): Promise<void> {
  await tx
    .updateTable('login')
    .set({ frozen_at: now.toISOString() })
    .where('id', '=', loginId)
    .where('frozen_at', 'is', null)
    .execute()
}

/** Creates the login of a party, or gives its first password to one that was prepared without. */
export async function activateLogin(
  tx: Tx,
  login: { partyId: number; username: string; name: string; passwordHash: string; email: string },
  now: Date,
): Promise<Login> {
  const time = now.toISOString()
  const changes = {
    password_hash: login.passwordHash,
    password_changed_at: time,
    email: login.email,
    failures: 0,
    failures_total: 0,
    locked_at: null,
  }
  const row = await tx
    .insertInto('login')
    .values({
      ...changes,
      party_id: login.partyId,
      username: login.username,
      display_name: login.name,
      role: 'customer',
      created_at: time,
    })
    .onConflict((conflict) => conflict.column('party_id').doUpdateSet(changes))
    .returningAll()
    .executeTakeFirstOrThrow()
  return toLogin(row)
}

function toLogin(row: Selectable<Schema['login']>): Login {
  return {
    id: row.id,
    partyId: row.party_id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    passwordHash: row.password_hash,
    email: row.email,
    alerts: row.alerts,
    theme: row.theme,
    shortcuts: row.shortcuts === 1,
    frozen: row.frozen_at !== null,
    passwordChangedAt: toDate(row.password_changed_at),
    lastLoginAt: toDate(row.last_login_at),
    previousLoginAt: toDate(row.previous_login_at),
  }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
