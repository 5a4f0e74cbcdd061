import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import { parseEmail } from '../../../values/email-address.ts'
import { readTypedName } from '../../../values/typed-name.ts'
import { sendMail } from '../../notify.ts'
import type { Staff } from '../../person.ts'
import { STAFF_ROLES } from '../../person.ts'
import { makeInitialPassword } from '../../recovery/make-initial-password.ts'
import type { Tools } from '../../tools.ts'
import { memberProblems } from '../messages.ts'
import { holdRight } from '../right-store.ts'
import { readStaffName } from '../staff-name.ts'
import type { NewMember } from './people-store.ts'
import { addMember } from './people-store.ts'

/** A person as a form or a command line gives them. */
export interface EnteredMember {
  username: string
  name: string
  role: string
  email: string
}

/** Who gives the access: an administrator's login, or whoever has the command line. */
export type Giver = Pick<Staff, 'loginId' | 'sessionId'> | 'command-line'

/** The giver as the chain names it. */
export function actorOf(giver: Giver): string {
  return giver === 'command-line' ? giver : `login:${giver.loginId}`
}

interface GivenAccess {
  /** Null when it was mailed: then nobody but its reader sees it. */
  initialPassword: string | null
  expiresAt: Date
}

export type AddedStaff =
  | ({ ok: true; loginId: number; username: string } & GivenAccess)
  /** By field: `username`, `name`, `role`, `email`. */
  | { ok: false; problems: Partial<Record<keyof EnteredMember, string>> }
  | { ok: false; problems: null }

const NAME_MAX = 120

/**
 * Gives somebody of the bank an access: a random initial password, good once, goes to their mail
 * (`mail: false`: to nobody but the caller). `problems: null`: the giver administers no longer.
 */
export async function addStaff(
  db: Db,
  tools: Tools,
  giver: Giver,
  entered: EnteredMember,
  now: Date,
  { mail = true } = {},
): Promise<AddedStaff> {
  const { member, problems } = readMember(entered)
  if (!member) return { ok: false, problems }
  return transaction(db, async (tx) => {
    await lockFor(tx, 'staff')
    if (giver !== 'command-line' && !(await holdRight(tx, giver, 'people.manage'))) {
      return { ok: false, problems: null }
    }
    const loginId = await addMember(tx, member, now)
    if (loginId === null) return { ok: false, problems: { username: memberProblems.taken } }
    const given = await giveAccess(tx, tools, { ...member, id: loginId }, now, mail)
    const entry: AuditEntry = {
      actor: actorOf(giver),
      action: 'staff.added',
      subject: `login:${loginId}`,
      detail: { role: member.role, mailed: mail },
    }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, loginId, username: member.username, ...given }
  })
}

/** Makes an initial password and, unless told not to, leaves the mail that carries it. */
export async function giveAccess(
  tx: Tx,
  tools: Tools,
  to: { id: number; username: string; name: string; email: string },
  now: Date,
  mail = true,
): Promise<GivenAccess> {
  const { password, expiresAt } = await makeInitialPassword(tx, tools, to.id, now)
  if (!mail) return { initialPassword: password, expiresAt }
  const who = { loginId: to.id, partyId: null, name: to.name, address: to.email }
  const payload = { user: to.username, password, expiresAt: expiresAt.toISOString() }
  await sendMail(tx, tools, 'staff-access', who, payload, now, expiresAt)
  return { initialPassword: null, expiresAt }
}

function readMember(entered: EnteredMember): {
  member: NewMember | null
  problems: Partial<Record<keyof EnteredMember, string>>
} {
  const username = readStaffName(entered.username)
  const name = readTypedName(entered.name, NAME_MAX)
  const role = STAFF_ROLES.find((one) => one === entered.role)
  const email = parseEmail(entered.email)
  if (username !== null && name !== null && role && email !== null) {
    return { member: { username, name, role, email }, problems: {} }
  }
  return {
    member: null,
    problems: {
      ...(username === null ? { username: memberProblems.username } : {}),
      ...(name === null ? { name: memberProblems.name(NAME_MAX) } : {}),
      ...(role ? {} : { role: memberProblems.role }),
      ...(email === null ? { email: memberProblems.email } : {}),
    },
  }
}
