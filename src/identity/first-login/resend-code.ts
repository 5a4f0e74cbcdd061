import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { equivalentTaxIds } from '../../values/tax-id.ts'
import { secondsToWait } from '../codes/one-time-code.ts'
import { lastCode } from '../codes/one-time-code-store.ts'
import type { Session } from '../sessions/session.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools } from '../tools.ts'
import { findEnrolment } from './enrolment-store.ts'
import { journeyOf } from './journey.ts'
import { sendEmailCode } from './register-first-login.ts'
import { sendContactCode } from './start-first-login.ts'

export type Resent =
  | { ok: true }
  | { ok: false; refusal: 'too-soon'; seconds: number }
  | { ok: false; refusal: 'too-many' }

/** Codes one session may ask for after the first. */
const RESENDS = { max: 5, minutes: 60 }

/**
 * Another code for the step somebody is at, ending the one before: to the address the bank holds
 * until the form was accepted, to the new address afterwards.
 */
export async function resendCode(
  db: Db,
  tools: Tools,
  session: Session,
  now: Date,
): Promise<Resent> {
  const journey = journeyOf(tools.keys.seal, session)
  const purpose = journey.chosen ? 'first-login:email' : 'first-login:contact'
  return transaction(db, async (tx) => {
    const last = await lastCode(tx, session.id, purpose)
    const seconds = secondsToWait(last?.sentAt ?? null, tools.policy.code, now)
    if (seconds > 0) return { ok: false, refusal: 'too-soon', seconds }
    const taken = await hit(tx, tools.keys.token, 'resend', session.id, RESENDS, now)
    if (!taken.ok) return { ok: false, refusal: 'too-many' }
    const enrolment = await findEnrolment(tx, equivalentTaxIds(session.subject), now)
    const sessionEndsAt = new Date(session.expiresAt)
    if (journey.chosen) {
      await sendEmailCode(tx, tools, { session, enrolment, journey, sessionEndsAt }, now)
    } else {
      const order = { sessionId: session.id, identity: session.subject, enrolment, sessionEndsAt }
      await sendContactCode(tx, tools, order, now)
    }
    return { ok: true }
  })
}
