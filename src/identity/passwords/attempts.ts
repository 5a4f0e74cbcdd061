import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Login } from '../login-store.ts'
import { makeLink, notifiedOf, sendMail } from '../notify.ts'
import { isStaffRole } from '../person.ts'
import {
  forgiveDevice,
  forgiveDevicesOf,
  giveDeviceAttemptBack,
  takeDeviceAttempt,
} from '../sessions/device-store.ts'
import { UNKNOWN_LOCK_MINUTES } from '../throttles/limits.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools } from '../tools.ts'
import {
  addToTotal,
  forgiveFailures,
  giveAttemptBack,
  markLocked,
  takeAttempt,
} from './attempt-store.ts'

/** Who is being tried, on what browser. */
export interface Claimant {
  /** Null: nobody has that name; it is counted and answered all the same. */
  login: Login | null
  identity: string
  /** Set when this browser has signed this login in before. */
  deviceId: number | null
}

const UNLOCK_HOURS = 24

/**
 * Takes one attempt, before anything is compared. Null: none is left. For a name nobody has, the
 * same counting and the same answers.
 */
export async function takeOne(
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

/** The whole proof was given: the run of failures is over. */
export async function forgive(db: Db, loginId: number, deviceId: number | null): Promise<void> {
  await forgiveFailures(db, loginId, deviceId === null)
  if (deviceId !== null) await forgiveDevice(db, deviceId)
}

/** Opens a login that wrong tries had locked, on every device. */
export async function unlock(tx: Tx, loginId: number): Promise<void> {
  await forgiveFailures(tx, loginId, true)
  await forgiveDevicesOf(tx, loginId)
}

/**
 * The first of two proofs was right: it costs no attempt, and forgives none, or whoever knows the
 * password could try the second for ever.
 */
export async function giveBack(db: Db, loginId: number, deviceId: number | null): Promise<void> {
  await giveAttemptBack(db, loginId, deviceId !== null)
  if (deviceId !== null) await giveDeviceAttemptBack(db, deviceId)
}

/** What the last wrong attempt does. Runs once for each lock: only one attempt is ever the last. */
export async function lock(
  db: Db,
  tools: Tools,
  login: Login,
  deviceId: number | null,
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (deviceId === null) await markLocked(tx, login.id, now)
    if (!login.frozen) await mailLock(tx, tools, login, now)
    const subject = `login:${login.id}`
    const entry: AuditEntry = {
      actor: 'system',
      action: 'login.locked',
      subject,
      detail: { knownDevice: deviceId !== null },
    }
    await record(tx, tools.keys.audit, entry, now)
  })
}

/** A customer gets the link that unlocks; somebody of the bank is told to ask an administrator. */
async function mailLock(tx: Tx, tools: Tools, login: Login, now: Date): Promise<void> {
  const who = notifiedOf(login)
  if (!who) return
  if (isStaffRole(login.role)) {
    await sendMail(tx, tools, 'staff-locked', who, { at: now.toISOString() }, now)
    return
  }
  const expiresAt = new Date(now.getTime() + UNLOCK_HOURS * 3_600_000)
  const token = await makeLink(tx, tools, login.id, 'unlock', expiresAt, now)
  await sendMail(tx, tools, 'unlock', who, { token, expiresAt: expiresAt.toISOString() }, now)
}
