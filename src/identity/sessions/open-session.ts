import type { Tx } from '../../db/transaction.ts'
import { fingerprint } from '../../values/keys.ts'
import { markSignedIn } from '../login-store.ts'
import type { Tools, Visit } from '../tools.ts'
import { randomToken } from '../tools.ts'
import { deviceLabel } from './device.ts'
import { addDevice, findDevice, markDeviceSeen } from './device-store.ts'
import type { SessionScope } from './session.ts'
import { addSession, endSession } from './session-store.ts'

/** A full session, and the mark for the browser when it had none. */
export interface OpenedSession {
  sessionId: string
  /** Null: this browser is known already. */
  newDeviceToken: string | null
}

/**
 * Opens a full session under a new name, ending the one this browser had (so a session somebody
 * planted there is worth nothing), and notes the browser as known.
 */
export async function openSession(
  tx: Tx,
  tools: Tools,
  login: { id: number; partyId: number | null; subject: string; draft?: string },
  visit: Visit,
  now: Date,
): Promise<OpenedSession> {
  await markSignedIn(tx, login.id, now)
  if (visit.formerSessionId) await endSession(tx, visit.formerSessionId, now)
  const label = deviceLabel(visit.userAgent)
  const known = await knownDevice(tx, tools, login.id, visit)
  const newDeviceToken = known === null ? randomToken(tools.random) : null
  let deviceId = known
  if (deviceId !== null) await markDeviceSeen(tx, deviceId, label, now)
  else {
    const tokenHash = deviceHash(tools, newDeviceToken ?? '')
    deviceId = await addDevice(tx, { loginId: login.id, tokenHash, label }, now)
  }
  const sessionId = randomToken(tools.random)
  await addSession(
    tx,
    {
      id: sessionId,
      scope: 'full',
      loginId: login.id,
      partyId: login.partyId,
      subject: login.subject,
      draft: login.draft ?? null,
      deviceId,
      returnTo: null,
      userAgent: visit.userAgent,
      address: visit.address,
      expiresAt: new Date(now.getTime() + tools.policy.session.absoluteHours * 3_600_000),
    },
    now,
  )
  return { sessionId, newDeviceToken }
}

/** Opens a session for the pages of one scope and no others, in place of the browser's former one. */
export async function openLimitedSession(
  tx: Tx,
  tools: Tools,
  limited: {
    scope: Exclude<SessionScope, 'full'>
    login: { id: number; partyId: number | null }
    subject: string
    draft: string | null
    returnTo: string | null
  },
  visit: Visit,
  now: Date,
): Promise<string> {
  if (visit.formerSessionId) await endSession(tx, visit.formerSessionId, now)
  const { scope, login, subject, draft, returnTo } = limited
  const id = randomToken(tools.random)
  const expiresAt = new Date(now.getTime() + tools.policy.session.limitedMinutes * 60_000)
  const { userAgent, address } = visit
  const whose = { loginId: login.id, partyId: login.partyId, deviceId: null }
  const session = { id, scope, subject, draft, returnTo, userAgent, address, expiresAt, ...whose }
  await addSession(tx, session, now)
  return id
}

/** The device whose mark this browser carries, when it is one of this login. */
export async function knownDevice(
  tx: Parameters<typeof findDevice>[0],
  tools: Tools,
  loginId: number,
  visit: Visit,
): Promise<number | null> {
  if (!visit.deviceToken) return null
  const device = await findDevice(tx, loginId, deviceHash(tools, visit.deviceToken))
  return device?.id ?? null
}

function deviceHash(tools: Tools, token: string): string {
  return fingerprint(tools.keys.token, `device:${token}`)
}
