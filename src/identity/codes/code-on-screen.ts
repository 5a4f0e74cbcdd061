import type { Db } from '../../db/open.ts'
import type { CodePolicy } from '../../policy/policy.ts'
import type { CodePurpose } from './one-time-code.ts'
import { secondsToWait } from './one-time-code.ts'
import { lastCode } from './one-time-code-store.ts'

/** A code on its way, as a page tells of it. */
export interface CodeOnScreen {
  expiresAt: Date
  /** Seconds left when the page is made. */
  expiresIn: number
  /** Seconds before another may be asked for. */
  waitSeconds: number
}

/** The code a session waits for; null when it has asked for none, or has used it. */
export async function codeOnScreen(
  db: Db,
  policy: CodePolicy,
  sessionId: string,
  purpose: CodePurpose,
  now: Date,
): Promise<CodeOnScreen | null> {
  const last = await lastCode(db, sessionId, purpose)
  if (!last?.live) return null
  return {
    expiresAt: last.expiresAt,
    expiresIn: Math.max(0, Math.round((last.expiresAt.getTime() - now.getTime()) / 1_000)),
    waitSeconds: secondsToWait(last.sentAt, policy, now),
  }
}
