import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Login } from '../login-store.ts'
import {
  addToTotal,
  forgiveFailures,
  markLocked,
  refreshHash,
  takeAttempt,
} from '../login-store.ts'
import { makeLink, sendMail } from '../notify.ts'
import { forgiveDevice, takeDeviceAttempt } from '../sessions/device-store.ts'
import { UNKNOWN_LOCK_MINUTES } from '../throttles/limits.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools } from '../tools.ts'

/** Whose password is tried, on what browser. */
interface Claimant {
  /** Null: nobody has that name; it is counted and answered all the same. */
  login: Login | null
  identity: string
  /** Set when this browser has signed this login in before. */
  deviceId: number | null
}

export type PasswordProof =
  | { ok: true }
  | { ok: false; refusal: 'wrong'; left: number }
  | { ok: false; refusal: 'locked' }

const UNLOCK_HOURS = 24

/**
 * Compares a password, once an attempt has been taken. The last wrong one locks the login (or the
 * known device) and mails the link that unlocks it. For a name nobody has, the same counting, the
 * same work and the same answers.
 */
export async function provePassword(
  db: Db,
  tools: Tools,
  claimant: Claimant,
  password: string,
  now: Date,
): Promise<PasswordProof> {
  const { login, deviceId } = claimant
  tools.hasher.refuseWhenFull()
  const attempt = await takeOne(db, tools, claimant, now)
  if (attempt === null) return { ok: false, refusal: 'locked' }
  const phc = login?.passwordHash ?? null
  const right = await tools.hasher.verify(password, phc)
  if (right && login && phc) {
    await forgiveFailures(db, login.id, deviceId === null)
    if (deviceId !== null) await forgiveDevice(db, deviceId)
    if (tools.hasher.isDated(phc)) {
      await refreshHash(db, login.id, phc, await tools.hasher.hash(password))
    }
    return { ok: true }
  }
  const left = tools.policy.login.failuresMax - attempt
  if (left > 0) return { ok: false, refusal: 'wrong', left }
  if (login) await lock(db, tools, login, deviceId, now)
  return { ok: false, refusal: 'locked' }
}

async function takeOne(
  db: Db,
  tools: Tools,
  { login, identity, deviceId }: Claimant,
  now: Date,
): Promise<number | null> {
  const { failuresMax, failuresCeiling } = tools.policy.login
  if (!login) {
    const limit = { max: failuresMax, minutes: UNKNOWN_LOCK_MINUTES }
    const taken = await hit(db, tools.keys.token, 'unknown-login', identity, limit, now)
    return taken.ok ? taken.count : null
  }
  if (deviceId === null) return takeAttempt(db, login.id, failuresMax, failuresCeiling)
  const attempt = await takeDeviceAttempt(db, deviceId, failuresMax)
  if (attempt === null) return null
  return (await addToTotal(db, login.id, failuresCeiling)) ? attempt : null
}

/** Runs once for each lock: only one attempt is ever the last. */
async function lock(
  db: Db,
  tools: Tools,
  login: Login,
  deviceId: number | null,
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (deviceId === null) await markLocked(tx, login.id, now)
    if (login.email && !login.frozen) await mailUnlock(tx, tools, login, login.email, now)
    const subject = `login:${login.id}`
    const detail = { knownDevice: deviceId !== null }
    const entry = { actor: 'system', action: 'login.locked', subject, detail }
    await record(tx, tools.keys.audit, entry, now)
  })
}

async function mailUnlock(
  tx: Tx,
  tools: Tools,
  login: Login,
  address: string,
  now: Date,
): Promise<void> {
  const expiresAt = new Date(now.getTime() + UNLOCK_HOURS * 3_600_000)
  const token = await makeLink(tx, tools, login.id, 'unlock', expiresAt, now)
  const who = { loginId: login.id, partyId: login.partyId, name: login.displayName, address }
  await sendMail(tx, tools, 'unlock', who, { token, expiresAt: expiresAt.toISOString() }, now)
}
