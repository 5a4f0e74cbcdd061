import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { freeze } from '../login-store.ts'
import { useLink } from '../mailed-link-store.ts'
import { linkHash } from '../notify.ts'
import { unlock } from '../passwords/attempts.ts'
import { endInitialPasswords } from '../recovery/initial-password-store.ts'
import { endSessionsOf } from '../sessions/session-store.ts'
import type { Tools } from '../tools.ts'

/** Opens a locked login again, on every device. @returns false when the link is used, past or unknown */
export async function unlockLogin(
  db: Db,
  tools: Tools,
  token: string,
  now: Date,
): Promise<boolean> {
  return follow(db, tools, 'unlock', token, now, async (tx, loginId) => {
    await unlock(tx, loginId)
    return { action: 'login.unlocked' }
  })
}

/**
 * «No fui yo»: closes the login until the bank has looked at it, and ends all its sessions.
 * @returns false when the link is used, past or unknown
 */
export async function freezeLogin(
  db: Db,
  tools: Tools,
  token: string,
  now: Date,
): Promise<boolean> {
  return follow(db, tools, 'freeze', token, now, async (tx, loginId) => {
    await endInitialPasswords(tx, loginId, now)
    await freeze(tx, loginId, now)
    const sessions = await endSessionsOf(tx, loginId, null, now)
    return { action: 'login.frozen', detail: { sessions } }
  })
}

async function follow(
  db: Db,
  tools: Tools,
  purpose: 'unlock' | 'freeze',
  token: string,
  now: Date,
  act: (tx: Tx, loginId: number) => Promise<Pick<AuditEntry, 'action' | 'detail'>>,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const loginId = await useLink(tx, purpose, linkHash(tools, token), now)
    if (loginId === null) return false
    const done = await act(tx, loginId)
    const entry: AuditEntry = { actor: `${purpose} link`, subject: `login:${loginId}`, ...done }
    await record(tx, tools.keys.audit, entry, now)
    return true
  })
}
