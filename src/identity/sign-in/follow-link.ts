import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { revokeFirmKeysOf } from '../api-keys/api-key-store.ts'
import { findLogin, freeze } from '../login-store.ts'
import { useLink } from '../mailed-link-store.ts'
import { linkHash, notifiedOf, sendMail } from '../notify.ts'
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

const KEYS_REVOKED = 'keys-revoked'

/**
 * «No fui yo»: closes the login until the bank has looked at it, ends all its sessions, and for good
 * the keys that it made for programs of a firm: whoever got in may have made them, and they would
 * open again with the login.
 *
 * @returns how many keys that were; null when the link is used, past or unknown
 */
export async function freezeLogin(
  db: Db,
  tools: Tools,
  token: string,
  now: Date,
): Promise<{ keys: number } | null> {
  let keys = 0
  const done = await follow(db, tools, 'freeze', token, now, async (tx, loginId) => {
    await endInitialPasswords(tx, loginId, now)
    await freeze(tx, loginId, now)
    const sessions = await endSessionsOf(tx, loginId, null, now)
    keys = await revokeKeys(tx, tools, loginId, now)
    return { action: 'login.frozen', detail: { sessions } }
  })
  return done ? { keys } : null
}

async function revokeKeys(tx: Tx, tools: Tools, loginId: number, now: Date): Promise<number> {
  const ids = await revokeFirmKeysOf(tx, loginId, now)
  if (ids.length === 0) return 0
  const login = await findLogin(tx, loginId)
  const who = login && notifiedOf(login)
  if (who) await sendMail(tx, tools, KEYS_REVOKED, who, { keys: String(ids.length) }, now)
  for (const id of ids) {
    const entry = {
      actor: 'freeze link',
      action: 'api-key.revoked',
      subject: `api-key:${id}`,
    } as const
    await record(tx, tools.keys.audit, entry, now)
  }
  return ids.length
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
