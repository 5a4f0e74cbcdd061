import type { Tx } from '../../db/transaction.ts'
import { sendMail } from '../notify.ts'
import { makeInitialPassword } from '../recovery/make-initial-password.ts'
import type { Tools } from '../tools.ts'
import { addAccountantLogin } from './accountant-store.ts'

/** The mail that carries an accountant's first password. */
export const ACCOUNTANT_ACCESS = 'accountant-access'

/** Letters only: a cédula, a RUC or a passport always has digits, so no customer's name is taken. */
const USERNAME = /^[A-Z]{5,15}$/

/** The user name of an accountant in the one form under which it is stored; null for anything else. */
export function readAccountantName(typed: string): string | null {
  const name = typed.trim().toUpperCase()
  return USERNAME.test(name) ? name : null
}

/**
 * Makes the login of an accountant, apart from any that they have as a customer: what one does for
 * others ends with the job, and one's own receipts do not. The initial password, good once, goes to
 * their mail. Null when the user name is taken.
 */
export async function addAccountant(
  tx: Tx,
  tools: Tools,
  entered: { username: string; name: string; email: string; firm: string },
  now: Date,
): Promise<number | null> {
  const { username, name, email, firm } = entered
  const loginId = await addAccountantLogin(tx, { username, name, email }, now)
  if (loginId === null) return null
  const { password, expiresAt } = await makeInitialPassword(tx, tools, loginId, now)
  const who = { partyId: null, name, address: email }
  const payload = {
    user: username.toLowerCase(),
    password,
    firm,
    expiresAt: expiresAt.toISOString(),
  }
  await sendMail(tx, tools, ACCOUNTANT_ACCESS, who, payload, now, expiresAt)
  return loginId
}
