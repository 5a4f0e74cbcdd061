import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Theme } from '../../web/theme.ts'
import type { Login } from '../login-store.ts'
import { findLoginByName } from '../login-store.ts'
import { notify } from '../notify.ts'
import { provePassword } from '../passwords/prove-password.ts'
import { useMailedPassword } from '../recovery/use-mailed-password.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { knownDevice, openSession } from '../sessions/open-session.ts'
import { SIGN_IN_PAIR } from '../throttles/limits.ts'
import { sourceBlock } from '../throttles/source-block.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools, Visit } from '../tools.ts'
import type { UserName } from '../user-name.ts'

export type SignInRefusal = 'wrong' | 'locked' | 'frozen'

export type SignIn =
  | ({ outcome: 'signed-in'; theme: Theme } & OpenedSession)
  /** The mailed initial password: it opens only the page that sets another. */
  | { outcome: 'recovery'; sessionId: string }
  | { outcome: 'refused'; refusal: 'wrong'; left: number }
  | { outcome: 'refused'; refusal: 'locked' | 'frozen' }
  | { outcome: 'too-many'; retryAfterSeconds: number }

/**
 * Signs somebody in by user name and password. Whether there is such a user is to be seen neither
 * in the answer nor in the work done for it.
 */
export async function signIn(
  db: Db,
  tools: Tools,
  attempt: { name: UserName; password: string; returnTo: string | null; visit: Visit },
  now: Date,
): Promise<SignIn> {
  const { name, password, returnTo, visit } = attempt
  const found = await findLoginByName(db, name.numbers)
  const login = found?.passwordHash ? found : null
  const deviceId = login ? await knownDevice(db, tools, login.id, visit) : null
  if (deviceId === null) {
    const pair = `${name.identity} ${sourceBlock(visit.address)}`
    const taken = await hit(db, tools.keys.token, 'sign-in', pair, SIGN_IN_PAIR, now)
    if (!taken.ok) return { outcome: 'too-many', retryAfterSeconds: taken.retryAfterSeconds }
  }
  if (login && !login.frozen) {
    // Before the counters: it has sixty bits and works once, and somebody who is locked out needs it.
    const mailed = { login, password, subject: name.identity, returnTo, visit }
    const sessionId = await useMailedPassword(db, tools, mailed, now)
    if (sessionId) return { outcome: 'recovery', sessionId }
  }
  const claimant = { login, identity: name.identity, deviceId }
  const proof = await provePassword(db, tools, claimant, password, now)
  if (!proof.ok) return { outcome: 'refused', ...proof }
  if (!login || login.frozen) return { outcome: 'refused', refusal: 'frozen' }
  const opened = await letIn(db, tools, login, name.identity, visit, now)
  return { outcome: 'signed-in', theme: login.theme, ...opened }
}

async function letIn(
  db: Db,
  tools: Tools,
  login: Login,
  subject: string,
  visit: Visit,
  now: Date,
): Promise<OpenedSession> {
  return transaction(db, async (tx) => {
    const opened = await openSession(tx, tools, { ...login, subject }, visit, now)
    const isNew = opened.newDeviceToken !== null
    if (isNew && login.email) {
      const who = {
        loginId: login.id,
        partyId: login.partyId,
        name: login.displayName,
        address: login.email,
      }
      await notify(tx, tools, 'new-device', who, visit, now)
    }
    const entry = {
      actor: `login:${login.id}`,
      action: 'login.signed-in',
      subject: `login:${login.id}`,
      detail: { newDevice: isNew, source: sourceBlock(visit.address) },
    }
    await record(tx, tools.keys.audit, entry, now)
    return opened
  })
}
