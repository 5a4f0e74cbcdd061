import type { Db } from '../../db/open.ts'
import { refreshHash } from '../login-store.ts'
import { isStaffRole } from '../person.ts'
import type { Tools } from '../tools.ts'
import type { Claimant } from './attempts.ts'
import { forgive, giveBack, lock, takeOne } from './attempts.ts'

export type PasswordProof =
  | { ok: true }
  | { ok: false; refusal: 'wrong'; left: number }
  | { ok: false; refusal: 'locked' }

/**
 * Compares a password, once an attempt has been taken. The last wrong one locks the login (or the
 * known device). For a name nobody has, the same counting, the same work and the same answers.
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
    await (isStaffRole(login.role) ? giveBack : forgive)(db, login.id, deviceId)
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
