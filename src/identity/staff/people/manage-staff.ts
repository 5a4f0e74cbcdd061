import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import { unlock } from '../../passwords/attempts.ts'
import type { StaffRole } from '../../person.ts'
import { endInitialPasswords } from '../../recovery/initial-password-store.ts'
import { forgetDevicesOf } from '../../sessions/device-store.ts'
import { endSessionsOf } from '../../sessions/session-store.ts'
import type { Tools } from '../../tools.ts'
import { forgetFactors } from '../factor/second-factor-store.ts'
import { holdRight } from '../right-store.ts'
import type { Giver } from './add-staff.ts'
import { actorOf, giveAccess } from './add-staff.ts'
import type { Member } from './people-store.ts'
import { clearPassword, findMember, setDisabled, setRole } from './people-store.ts'

export type ManageRefusal = 'not-administrator' | 'none' | 'own-account' | 'unchanged' | 'disabled'
export type Managed = { ok: true } | { ok: false; refusal: ManageRefusal }

/** What was done, as the chain notes it. */
type Done = Pick<AuditEntry, 'action' | 'detail'>

/** Something done to one person of the bank, or why it was not. */
type Deed = (on: {
  tx: Tx
  tools: Tools
  member: Member
  now: Date
}) => Promise<Done | ManageRefusal>

/** Gives somebody another role. Their sessions end: the next one has the new rights. */
export function changeRole(to: StaffRole): Deed {
  return async ({ tx, member, now }) => {
    if (member.role === to) return 'unchanged'
    await setRole(tx, member.id, to)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    return { action: 'staff.role-changed', detail: { from: member.role, to, sessions } }
  }
}

export const deeds = {
  /** Takes somebody's access away, at once. */
  disable: async ({ tx, member, now }) => {
    if (member.disabledAt) return 'unchanged'
    await endInitialPasswords(tx, member.id, now)
    await setDisabled(tx, member.id, now)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    return { action: 'staff.disabled', detail: { sessions } }
  },

  /** Gives it back, with the password and the second factor they had. */
  enable: async ({ tx, member }) => {
    if (!member.disabledAt) return 'unchanged'
    await setDisabled(tx, member.id, null)
    return { action: 'staff.enabled' }
  },

  /** Opens a login that wrong tries had locked, on every device. */
  unlock: async ({ tx, member }) => {
    if (!member.locked) return 'unchanged'
    await unlock(tx, member.id)
    return { action: 'staff.unlocked' }
  },

  /**
   * Begins somebody's access anew: password, second factor and known devices are forgotten, and a
   * new initial password goes to their mail. Who asks for it neither chooses nor sees it.
   */
  reset: async ({ tx, tools, member, now }) => {
    if (member.disabledAt) return 'disabled'
    await clearPassword(tx, member.id)
    await forgetFactors(tx, member.id)
    await unlock(tx, member.id)
    const sessions = await endSessionsOf(tx, member.id, null, now)
    await forgetDevicesOf(tx, member.id)
    await giveAccess(tx, tools, member, now)
    return { action: 'staff.access-reset', detail: { sessions } }
  },
} as const satisfies Record<string, Deed>

/**
 * Does one thing to one person, told by id or user name. One at a time, by somebody who administers
 * at this very moment (or has the command line), and never to themselves: so whoever acts remains,
 * and there is always an administrator left.
 */
export async function manage(
  db: Db,
  tools: Tools,
  actor: Giver,
  whom: number | string,
  deed: Deed,
  now: Date,
): Promise<Managed> {
  return transaction(db, async (tx) => {
    await lockFor(tx, 'staff')
    const refuse = (refusal: ManageRefusal) => ({ ok: false as const, refusal })
    const giver = actor === 'command-line' ? null : actor
    if (giver && !(await holdRight(tx, giver, 'people.manage'))) return refuse('not-administrator')
    const member = await findMember(tx, tools.policy.login, whom)
    if (!member) return refuse('none')
    if (member.id === giver?.loginId) return refuse('own-account')
    const done = await deed({ tx, tools, member, now })
    if (typeof done === 'string') return refuse(done)
    const entry: AuditEntry = {
      actor: actorOf(actor),
      subject: `login:${member.id}`,
      ...done,
    }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true }
  })
}
