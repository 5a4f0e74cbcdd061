import type { Policy } from '../../policy/policy.ts'
import { maskEmail } from '../../values/email-address.ts'
import type { Theme } from '../../web/pages/theme.ts'
import type { Person, Role } from '../person.ts'
import { isStaffRole } from '../person.ts'

/** `full` opens the portal; the others only the pages that lead to it. */
export type SessionScope = 'full' | 'first-login' | 'recovery' | 'unknown-device' | 'second-factor'

/** What the token in the cookie names, with who it belongs to. */
export interface Session {
  readonly id: string
  readonly scope: SessionScope
  /** The identification or user name that was typed, in its canonical form. */
  readonly subject: string
  /** Sealed, see `Draft`. */
  readonly draft: string | null
  readonly deviceId: number | null
  readonly returnTo: string | null
  readonly seenAt: string
  readonly expiresAt: string
  readonly endedAt: string | null
  readonly login: SessionLogin | null
}

interface SessionLogin {
  readonly id: number
  readonly partyId: number | null
  readonly displayName: string
  readonly role: Role
  readonly theme: Theme
  readonly shortcuts: boolean
  /** The registered address when no mail reaches it. */
  readonly deadEmail: string | null
}

/** The person of a full session; a limited one has none. */
export function personOf(session: Session): Person | null {
  const { scope, login, id, deviceId } = session
  if (scope !== 'full' || !login) return null
  return {
    loginId: login.id,
    partyId: login.partyId,
    displayName: login.displayName,
    role: login.role,
    sessionId: id,
    deviceId,
    theme: login.theme,
    shortcuts: login.shortcuts,
    ...(login.deadEmail ? { unreachable: maskEmail(login.deadEmail) } : {}),
  }
}

/** How long a session may lie unused. */
export function idleMinutesOf({ session }: Pick<Policy, 'session'>, role?: Role): number {
  return role && isStaffRole(role) ? session.staffIdleMinutes : session.idleMinutes
}

/** `lapsed`: by itself, for not being used or for its age; `ended`: by its owner or by us. */
type SessionState = 'open' | 'lapsed' | 'ended'

/**
 * Where a session stands at an instant. Limited ones have no idle limit: they are short. One that
 * ran out and was then ended for it still counts as lapsed.
 */
export function stateOf(session: Session, idleMinutes: number, now: Date): SessionState {
  const { scope, seenAt, expiresAt, endedAt } = session
  const idleEnd = new Date(Date.parse(seenAt) + idleMinutes * 60_000).toISOString()
  const lapsesAt = scope === 'full' && idleEnd < expiresAt ? idleEnd : expiresAt
  if (endedAt !== null) return endedAt >= lapsesAt ? 'lapsed' : 'ended'
  return lapsesAt <= now.toISOString() ? 'lapsed' : 'open'
}

const TOUCH_EVERY_MS = 60_000

/** Whether it is worth a write to note that the session was used again. */
export function wantsTouch(session: Session, now: Date): boolean {
  return now.getTime() - Date.parse(session.seenAt) >= TOUCH_EVERY_MS
}
