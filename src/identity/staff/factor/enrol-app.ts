import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import { seal } from '../../../values/keys.ts'
import type { Theme } from '../../../web/pages/theme.ts'
import { normalizeCode } from '../../codes/one-time-code.ts'
import { findLogin } from '../../login-store.ts'
import { forgive } from '../../passwords/attempts.ts'
import { draftOf, sealDraft } from '../../sessions/draft.ts'
import type { OpenedSession } from '../../sessions/open-session.ts'
import type { Session } from '../../sessions/session.ts'
import { endSession } from '../../sessions/session-store.ts'
import { letIn } from '../../sign-in/let-in.ts'
import type { Tools, Visit } from '../../tools.ts'
import { giveRecoveryCodes } from './recovery-codes.ts'
import { addSecondFactor } from './second-factor-store.ts'
import { totpAddress, totpStep } from './totp.ts'

/** An app that is being set up, as its page shows it. */
export interface PendingApp {
  /** Base 32. */
  secret: string
  /** `otpauth://totp/…`, for the QR. */
  address: string
}

/** The app that a session is setting up; null when it is setting up none. */
export function pendingApp(tools: Tools, session: Session, username: string): PendingApp | null {
  const secret = draftOf(tools.keys.seal, session, 'totp')?.secret ?? null
  if (secret === null) return null
  const issuer = `${tools.policy.brand.name} interno`
  return { secret, address: totpAddress(secret, issuer, username) }
}

export type Enrolled =
  | ({ ok: true; theme: Theme } & OpenedSession)
  | { ok: false; refusal: 'wrong' | 'over' }

/**
 * Registers the app of somebody who signs in for the first time, with a code that it shows, and
 * lets them in. Their ten codes wait in the new session until they say that they kept them.
 */
export async function enrolApp(
  db: Db,
  tools: Tools,
  session: Session,
  typed: string,
  visit: Visit,
  now: Date,
): Promise<Enrolled> {
  const { keys } = tools
  const login = session.login && (await findLogin(db, session.login.id))
  const secret = draftOf(keys.seal, session, 'totp')?.secret ?? null
  if (!login || secret === null) return { ok: false, refusal: 'over' }
  const step = totpStep(secret, normalizeCode(typed), now)
  if (step === null) return { ok: false, refusal: 'wrong' }
  return transaction(db, async (tx) => {
    if (!(await endSession(tx, session.id, now))) return { ok: false, refusal: 'over' }
    const app = { loginId: login.id, sealedSecret: seal(keys.seal, secret), step }
    if (!(await addSecondFactor(tx, app, now))) return { ok: false, refusal: 'over' }
    const draft = sealDraft(keys.seal, await giveRecoveryCodes(tx, tools, login.id, now))
    await forgive(tx, login.id, null)
    const entry = { subject: session.subject, draft, detail: { factor: 'app' } }
    const opened = await letIn(tx, tools, login, entry, visit, now)
    const name = `login:${login.id}`
    const enrolled: AuditEntry = { actor: name, action: 'second-factor.enrolled', subject: name }
    await record(tx, keys.audit, enrolled, now)
    return { ok: true, theme: login.theme, ...opened }
  })
}
