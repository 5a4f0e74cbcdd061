import type { AuditAction, AuditDetail } from '../../audit/audit-action.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { setEmail } from '../../identity/login-store.ts'
import { sendMail } from '../../identity/notify.ts'
import { openWindow } from '../../identity/parties/open-window.ts'
import { unlock } from '../../identity/passwords/attempts.ts'
import type { Staff } from '../../identity/person.ts'
import { makeInitialPassword } from '../../identity/recovery/make-initial-password.ts'
import { endSessionsOf } from '../../identity/sessions/session-store.ts'
import { clearPassword } from '../../identity/staff/people/people-store.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import type { Tools } from '../../identity/tools.ts'
import type { Customer } from './customer-store.ts'
import { findCustomers } from './customer-store.ts'
import { partySubject } from './party-subject.ts'

export type HelpRefusal =
  | 'signed-out'
  | 'none'
  | 'has-access'
  | 'no-address'
  | 'frozen'
  | 'unchanged'

export type Helped = { ok: true } | { ok: false; refusal: HelpRefusal }

/** What was done, as the chain notes it. */
interface Done {
  action: AuditAction
  detail?: AuditDetail
}

/** Something done for one customer, or why it was not. */
type Help = (on: {
  tx: Tx
  tools: Tools
  customer: Customer
  now: Date
}) => Promise<Done | HelpRefusal>

export const helps = {
  /** Opens the first login, or opens it anew: for who has never signed in. */
  openFirstLogin: async ({ tx, tools, customer, now }) => {
    const until = await openWindow(tx, customer.partyId, tools.policy, now)
    return until === null ? 'has-access' : { action: 'customer.window-opened' }
  },

  /**
   * Mails the way in: to who has an access an initial password, to their own address; to who has
   * none how to make one, to the address the bank holds. Who asks for it sees neither.
   */
  resendAccess: async (on) => {
    const { tx, tools, customer, now } = on
    const { login, bankAddress } = customer
    if (login?.frozen) return 'frozen'
    const address = login ? login.email : bankAddress
    if (!address) return 'no-address'
    if (login) await mailPassword(on, login.id, address)
    else {
      const expiresAt = await openWindow(tx, customer.partyId, tools.policy, now)
      if (expiresAt === null) return 'has-access'
      const who = addressee(customer, address)
      await sendMail(tx, tools, 'first-access', who, { expiresAt }, now, new Date(expiresAt))
    }
    return { action: 'customer.access-sent' }
  },

  /** Opens a login that wrong tries had locked, on every device. */
  unlock: async ({ tx, customer: { login } }) => {
    if (!login?.locked) return 'unchanged'
    await unlock(tx, login.id)
    return { action: 'customer.unlocked' }
  },

  /**
   * Opens an access that its owner had closed («no fui yo»). It begins anew from what the bank knows:
   * the password is void, and another goes to the address the bank holds, if it holds one.
   */
  reopen: async (on) => {
    const { tx, customer, now } = on
    const { login, bankAddress } = customer
    if (!login?.frozen) return 'unchanged'
    const address = bankAddress ?? login.email
    if (!address) return 'no-address'
    await clearPassword(tx, login.id)
    await unlock(tx, login.id)
    await setEmail(tx, login.id, address)
    const sessions = await endSessionsOf(tx, login.id, null, now)
    await mailPassword(on, login.id, address)
    return {
      action: 'customer.reopened',
      detail: { sessions, contactOnFile: bankAddress !== null },
    }
  },
} as const satisfies Record<string, Help>

/**
 * Does one thing for one customer, by somebody who may at this very moment. `none`: there is no such
 * customer, or they turned out to be another.
 */
export async function helpCustomer(
  db: Db,
  tools: Tools,
  actor: Staff,
  partyId: number,
  help: Help,
  now: Date,
): Promise<Helped> {
  return transaction(db, async (tx) => {
    const refuse = (refusal: HelpRefusal) => ({ ok: false as const, refusal })
    if (!(await holdRight(tx, actor, 'customers.help'))) return refuse('signed-out')
    const [customer] = await findCustomers(tx, tools.policy.login, [partyId], now)
    if (!customer || customer.mergedInto !== null) return refuse('none')
    const done = await help({ tx, tools, customer, now })
    if (typeof done === 'string') return refuse(done)
    const entry = { actor: `login:${actor.loginId}`, subject: partySubject(partyId), ...done }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true }
  })
}

function addressee({ partyId, name }: Customer, address: string) {
  return { partyId, name, address }
}

async function mailPassword(
  { tx, tools, customer, now }: Parameters<Help>[0],
  loginId: number,
  address: string,
): Promise<void> {
  const { password, expiresAt } = await makeInitialPassword(tx, tools, loginId, now)
  const payload = { password, expiresAt: expiresAt.toISOString() }
  const who = addressee(customer, address)
  await sendMail(tx, tools, 'initial-password', who, payload, now, expiresAt)
}
