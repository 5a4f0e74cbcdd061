import { record } from '../../../audit/audit-store.ts'
import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import { forgiveFailures } from '../../passwords/attempt-store.ts'
import type { Staff, StaffRole } from '../../person.ts'
import { endInitialPasswords } from '../../recovery/initial-password-store.ts'
import { forgiveDevicesOf } from '../../sessions/device-store.ts'
import { endSessionsOf } from '../../sessions/session-store.ts'
import type { Tools } from '../../tools.ts'
import { forgetFactors } from '../factor/second-factor-store.ts'
import { giveAccess } from './add-staff.ts'
import type { Member } from './people-store.ts'
import { clearPassword, findMember, mayAdminister, setDisabled, setRole } from './people-store.ts'

export type ManageRefusal = 'not-administrator' | 'none' | 'own-account' | 'unchanged' | 'disabled'
export type Managed = { ok: true; member: Member } | { ok: false; refusal: ManageRefusal }

type Deed = { action: string; detail?: Record<string, string | number> } | ManageRefusal

/** Gives somebody another role. Their sessions end: the next one has the new rights. */
export async function changeRole(
  db: Db,
  tools: Tools,
  actor: Staff,
  target: { id: number; role: StaffRole },
  now: Date,
): Promise<Managed> {
  return manage(db, tools, actor, target.id, now, async (tx, member) => {
    if (member.role === target.role) return 'unchanged'
    await setRole(tx, member.id, target.role)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    const detail = { from: member.role, to: target.role, sessions }
    return { action: 'staff.role-changed', detail }
  })
}

/** Takes somebody's access away, at once. */
export async function disableMember(
  db: Db,
  tools: Tools,
  actor: Staff,
  id: number,
  now: Date,
): Promise<Managed> {
  return manage(db, tools, actor, id, now, async (tx, member) => {
    if (member.disabledAt) return 'unchanged'
    await endInitialPasswords(tx, member.id, now)
    await setDisabled(tx, member.id, now)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    return { action: 'staff.disabled', detail: { sessions } }
  })
}

/** Gives it back, with the password and the second factor they had. */
export async function enableMember(
  db: Db,
  tools: Tools,
  actor: Staff,
  id: number,
  now: Date,
): Promise<Managed> {
  return manage(db, tools, actor, id, now, async (tx, member) => {
    if (!member.disabledAt) return 'unchanged'
    await setDisabled(tx, member.id, null)
    return { action: 'staff.enabled' }
  })
}

/** Opens a login that wrong tries had locked, on every device. */
export async function unlockMember(
  db: Db,
  tools: Tools,
  actor: Staff,
  id: number,
  now: Date,
): Promise<Managed> {
  return manage(db, tools, actor, id, now, async (tx, member) => {
    if (!member.locked) return 'unchanged'
    await openLock(tx, member.id)
    return { action: 'staff.unlocked' }
  })
}

/**
 * Begins somebody's access anew: password and second factor are forgotten, and a new initial
 * password goes to their mail. Who asks for it neither chooses nor sees it.
 */
export async function resetAccess(
  db: Db,
  tools: Tools,
  actor: Staff,
  id: number,
  now: Date,
): Promise<Managed> {
  return manage(db, tools, actor, id, now, async (tx, member) => {
    if (member.disabledAt) return 'disabled'
    await clearPassword(tx, member.id)
    await forgetFactors(tx, member.id)
    await openLock(tx, member.id)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    await giveAccess(tx, tools, member, now)
    return { action: 'staff.access-reset', detail: { sessions } }
  })
}

async function openLock(tx: Tx, loginId: number): Promise<void> {
  await forgiveFailures(tx, loginId, true)
  await forgiveDevicesOf(tx, loginId)
}

/**
 * Does one thing to one person. One at a time, by somebody who administers at this very moment, and
 * never to themselves: so whoever acts remains, and there is always an administrator left.
 */
async function manage(
  db: Db,
  tools: Tools,
  actor: Staff,
  id: number,
  now: Date,
  deed: (tx: Tx, member: Member) => Promise<Deed>,
): Promise<Managed> {
  return transaction(db, async (tx) => {
    await lockFor(tx, 'staff')
    const refuse = (refusal: ManageRefusal) => ({ ok: false as const, refusal })
    if (!(await mayAdminister(tx, actor))) return refuse('not-administrator')
    const member = await findMember(tx, tools.policy.login, id)
    if (!member) return refuse('none')
    if (member.id === actor.loginId) return refuse('own-account')
    const done = await deed(tx, member)
    if (typeof done === 'string') return refuse(done)
    const entry = { actor: `login:${actor.loginId}`, subject: `login:${member.id}`, ...done }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, member }
  })
}
