import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Policy } from '../../../policy/policy.ts'
import { NO_PASSWORD } from '../../passwords/password-hash.ts'
import type { StaffRole } from '../../person.ts'
import { isStaffRole, STAFF_ROLES } from '../../person.ts'

/** Somebody of the bank, as who administers sees them. */
export interface Member {
  id: number
  username: string
  name: string
  role: StaffRole
  email: string
  createdAt: Date
  lastLoginAt: Date | null
  disabledAt: Date | null
  /** Its owner said «no fui yo». */
  frozen: boolean
  /** Too many wrong tries, anywhere or on a browser of theirs. */
  locked: boolean
  /** Whether they have chosen a password of their own. */
  hasPassword: boolean
  enrolled: boolean
  /** Until when a mailed initial password is good; null when none waits. */
  invitedUntil: Date | null
}

type Limits = Policy['login']

/** Everybody, by name; a bank has tens of them. */
export async function listMembers(db: Db, limits: Limits): Promise<Member[]> {
  const rows = await membersQuery(db, limits).orderBy('display_name').orderBy('login.id').execute()
  return rows.map(toMember)
}

/** Somebody by their id, or by their user name. */
export async function findMember(
  db: Db,
  limits: Limits,
  whom: number | string,
): Promise<Member | null> {
  const members = membersQuery(db, limits)
  const found =
    typeof whom === 'number'
      ? members.where('login.id', '=', whom)
      : members.where('username', '=', whom)
  const row = await found.executeTakeFirst()
  return row ? toMember(row) : null
}

/** Who has no party is found by an index, among however many customers. */
function membersQuery(db: Db, { failuresMax, failuresCeiling }: Limits) {
  return db
    .selectFrom('login')
    .leftJoin('second_factor', 'second_factor.login_id', 'login.id')
    .select([
      'login.id',
      'username',
      'display_name',
      'role',
      'email',
      'password_hash',
      'created_at',
      'last_login_at',
      'disabled_at',
      'frozen_at',
      'failures',
      'failures_total',
      'locked_at',
      'second_factor.confirmed_at',
    ])
    .select((eb) => [
      eb.val(failuresMax).as('max'),
      eb.val(failuresCeiling).as('ceiling'),
      eb
        .selectFrom('device')
        .select((device) => device.fn.max('device.failures').as('most'))
        .whereRef('device.login_id', '=', 'login.id')
        .as('device_failures'),
      eb
        .selectFrom('initial_password')
        .select((one) => one.fn.max('initial_password.expires_at').as('last'))
        .whereRef('initial_password.login_id', '=', 'login.id')
        .where('initial_password.ended_at', 'is', null)
        .as('invited_until'),
    ])
    .where('party_id', 'is', null)
    .where('role', 'in', STAFF_ROLES)
}

type MemberRow = Awaited<ReturnType<ReturnType<typeof membersQuery>['executeTakeFirstOrThrow']>>

function toMember(row: MemberRow): Member {
  if (!isStaffRole(row.role)) throw new Error(`login ${row.id} is nobody of the bank`)
  const max = Number(row.max)
  return {
    id: row.id,
    username: row.username,
    name: row.display_name,
    role: row.role,
    email: row.email ?? '',
    createdAt: new Date(row.created_at),
    lastLoginAt: toDate(row.last_login_at),
    disabledAt: toDate(row.disabled_at),
    frozen: row.frozen_at !== null,
    locked:
      row.locked_at !== null ||
      row.failures >= max ||
      row.failures_total >= Number(row.ceiling) ||
      Number(row.device_failures ?? 0) >= max,
    hasPassword: row.password_hash !== null && row.password_hash !== NO_PASSWORD,
    enrolled: row.confirmed_at !== null,
    invitedUntil: toDate(row.invited_until),
  }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

export interface NewMember {
  username: string
  name: string
  role: StaffRole
  email: string
}

/** Null when the user name is taken. */
export async function addMember(tx: Tx, member: NewMember, now: Date): Promise<number | null> {
  const row = await tx
    .insertInto('login')
    .values({
      username: member.username,
      display_name: member.name,
      role: member.role,
      email: member.email,
      password_hash: NO_PASSWORD,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

export async function setRole(tx: Tx, loginId: number, role: StaffRole): Promise<void> {
  await tx.updateTable('login').set({ role }).where('id', '=', loginId).execute()
}

/** Takes the access away (`at`), or gives it back (`null`). */
export async function setDisabled(tx: Tx, loginId: number, at: Date | null): Promise<void> {
  await tx
    .updateTable('login')
    .set({ disabled_at: at === null ? null : at.toISOString() })
    .where('id', '=', loginId)
    .execute()
}

/** The password opens nothing any more, and what its owner had closed is open again. */
export async function clearPassword(tx: Tx, loginId: number): Promise<void> {
  await tx
    .updateTable('login')
    .set({ password_hash: NO_PASSWORD, password_changed_at: null, frozen_at: null })
    .where('id', '=', loginId)
    .execute()
}
