import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { findLoginByName } from '../login-store.ts'
import { notifiedOf, sendMail } from '../notify.ts'
import { recoveryLimits } from '../throttles/limits.ts'
import { hitAll } from '../throttles/throttle-store.ts'
import type { Tools } from '../tools.ts'
import type { UserName } from '../user-name.ts'
import { makeInitialPassword } from './make-initial-password.ts'

/**
 * Mails a new initial password to the registered address. The old one goes on working until the new
 * one is used, so nobody is shut out by somebody else's asking. Answers nothing: the page is the
 * same for every name.
 */
export async function sendInitialPassword(
  db: Db,
  tools: Tools,
  name: UserName,
  now: Date,
): Promise<void> {
  const { policy, keys } = tools
  const limits = recoveryLimits(policy)
  const taken = await hitAll(db, keys.token, 'recovery', name.identity, limits, now)
  const login = await findLoginByName(db, name.numbers)
  const who = login && notifiedOf(login)
  if (!taken.ok || !who || !login.passwordHash || login.frozen) return
  await transaction(db, async (tx) => {
    const { password, expiresAt } = await makeInitialPassword(tx, tools, login.id, now)
    const payload = { password, expiresAt: expiresAt.toISOString() }
    await sendMail(tx, tools, 'initial-password', who, payload, now, expiresAt)
    const subject = `login:${login.id}`
    await record(tx, keys.audit, { actor: 'anonymous', action: 'recovery.asked', subject }, now)
  })
}
