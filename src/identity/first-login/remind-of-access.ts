import type { Tx } from '../../db/transaction.ts'
import { findLoginByName } from '../login-store.ts'
import { notifiedOf, sendMail } from '../notify.ts'
import { ACCESS_REMINDERS } from '../throttles/limits.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools } from '../tools.ts'
import type { UserName } from '../user-name.ts'

/**
 * Mails somebody who begins a first login and has access already how to get in, since no page may
 * say so: to the address of the login, seldom, and nothing to a login that its owner had closed.
 */
export async function remindOfAccess(
  tx: Tx,
  tools: Tools,
  name: UserName,
  now: Date,
): Promise<void> {
  const login = await findLoginByName(tx, name.numbers)
  const who = login && notifiedOf(login)
  if (!login?.passwordHash || !who || login.frozen) return
  const subject = String(login.id)
  const taken = await hit(tx, tools.keys.token, 'reminder', subject, ACCESS_REMINDERS, now)
  if (!taken.ok) return
  await sendMail(tx, tools, 'access-reminder', who, {}, now)
}
