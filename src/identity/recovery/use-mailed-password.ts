import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { fingerprint } from '../../values/keys.ts'
import type { Login } from '../login-store.ts'
import { setPassword } from '../login-store.ts'
import { notifiedOf, notify } from '../notify.ts'
import { forgiveFailures } from '../passwords/attempt-store.ts'
import { NO_PASSWORD } from '../passwords/password-hash.ts'
import { openLimitedSession } from '../sessions/open-session.ts'
import { endSessionsOf } from '../sessions/session-store.ts'
import type { Tools, Visit } from '../tools.ts'
import { isInitialPassword, useInitialPassword } from './initial-password-store.ts'

/** What is stored of a mailed password. Its sixty random bits need no slow hash, only a key. */
export function initialPasswordHash(tools: Tools, password: string): string {
  const meant = password.trim().toUpperCase().replaceAll('-', '')
  return fingerprint(tools.keys.token, `initial-password:${meant}`)
}

/**
 * Uses up the initial password that was mailed, when it is the one typed: the old password and all
 * sessions end, its owner is told, and a limited session begins that can only choose a new one.
 *
 * @returns the name of the limited session; null when this was not a mailed password
 */
export async function useMailedPassword(
  db: Db,
  tools: Tools,
  use: { login: Login; password: string; subject: string; returnTo: string | null; visit: Visit },
  now: Date,
): Promise<string | null> {
  const { login, subject, returnTo, visit } = use
  const hash = initialPasswordHash(tools, use.password)
  if (!(await isInitialPassword(db, login.id, hash, now))) return null
  return transaction(db, async (tx) => {
    if (!(await useInitialPassword(tx, login.id, hash, now))) return null
    await setPassword(tx, login.id, NO_PASSWORD, now)
    await forgiveFailures(tx, login.id, true)
    await endSessionsOf(tx, login.id, null, now)
    const limited = { scope: 'recovery' as const, login, subject, draft: null, returnTo }
    const sessionId = await openLimitedSession(tx, tools, limited, visit, now)
    await tell(tx, tools, login, visit, now)
    return sessionId
  })
}

async function tell(
  tx: Parameters<typeof record>[0],
  tools: Tools,
  login: Login,
  visit: Visit,
  now: Date,
): Promise<void> {
  const who = notifiedOf(login)
  if (who) await notify(tx, tools, 'password-changed', who, visit, now, { cause: 'recovery' })
  const name = `login:${login.id}`
  const entry: AuditEntry = { actor: name, action: 'recovery.used', subject: name }
  await record(tx, tools.keys.audit, entry, now)
}
