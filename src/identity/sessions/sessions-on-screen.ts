import type { Db } from '../../db/open.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Person } from '../person.ts'
import type { SessionOnScreen } from '../views.ts'
import { deviceLabel } from './device.ts'
import { idleMinutesOf } from './session.ts'
import { openSessionsOf } from './session-store.ts'

/** The open sessions of a person, as their profile lists them. */
export async function sessionsOnScreen(
  db: Db,
  policy: Policy,
  { loginId, role, sessionId }: Person,
  now: Date,
): Promise<SessionOnScreen[]> {
  const sessions = await openSessionsOf(db, loginId, idleMinutesOf(policy, role), now)
  return sessions.map(({ id, userAgent, address, seenAt }) => ({
    id,
    label: deviceLabel(userAgent),
    address,
    seenAt,
    here: id === sessionId,
  }))
}
