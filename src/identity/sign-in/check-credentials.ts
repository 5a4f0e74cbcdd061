import type { Db } from '../../db/open.ts'
import type { Login } from '../login-store.ts'
import { provePassword } from '../passwords/prove-password.ts'
import { useMailedPassword } from '../recovery/use-mailed-password.ts'
import { knownDevice } from '../sessions/open-session.ts'
import { SIGN_IN_PAIR } from '../throttles/limits.ts'
import { sourceBlock } from '../throttles/source-block.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools, Visit } from '../tools.ts'

/** Why somebody is not let in with what they typed. */
export type NotLetIn =
  /** The mailed initial password: it opens only the page that sets another. */
  | { outcome: 'recovery'; sessionId: string }
  | { outcome: 'refused'; refusal: 'wrong'; left: number }
  | { outcome: 'refused'; refusal: 'locked' | 'frozen' }
  | { outcome: 'too-many'; retryAfterSeconds: number }

export interface Attempt {
  /** Under which counters and limits go. */
  identity: string
  password: string
  returnTo: string | null
  visit: Visit
}

/**
 * Compares what was typed at a sign-in page with the login of that name. Whether there is such a
 * login (`null`: none) is to be seen neither in the answer nor in the work done for it.
 */
export async function checkCredentials(
  db: Db,
  tools: Tools,
  found: Login | null,
  { identity, password, returnTo, visit }: Attempt,
  now: Date,
): Promise<{ outcome: 'proven'; login: Login } | NotLetIn> {
  const login = found?.passwordHash ? found : null
  const deviceId = login ? await knownDevice(db, tools, login.id, visit) : null
  if (deviceId === null) {
    const pair = `${identity} ${sourceBlock(visit.address)}`
    const taken = await hit(db, tools.keys.token, 'sign-in', pair, SIGN_IN_PAIR, now)
    if (!taken.ok) return { outcome: 'too-many', retryAfterSeconds: taken.retryAfterSeconds }
  }
  if (login && !login.frozen) {
    // Before the counters: it has sixty bits and works once, and somebody who is locked out needs it.
    const mailed = { login, password, subject: identity, returnTo, visit }
    const sessionId = await useMailedPassword(db, tools, mailed, now)
    if (sessionId) return { outcome: 'recovery', sessionId }
  }
  const proof = await provePassword(db, tools, { login, identity, deviceId }, password, now)
  if (!proof.ok) return { outcome: 'refused', ...proof }
  if (!login || login.frozen) return { outcome: 'refused', refusal: 'frozen' }
  return { outcome: 'proven', login }
}
