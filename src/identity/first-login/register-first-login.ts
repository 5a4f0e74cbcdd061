import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { parseEmail } from '../../values/email-address.ts'
import { equivalentTaxIds } from '../../values/tax-id.ts'
import type { Problems } from '../../web/forms.ts'
import { codeFingerprint, normalizeCode } from '../codes/one-time-code.ts'
import { tryCode } from '../codes/one-time-code-store.ts'
import { sendCode } from '../codes/send-code.ts'
import { BAD_EMAIL, codeSentence, PASSWORD_OWN } from '../messages.ts'
import type { Own } from '../passwords/password.ts'
import { passwordProblem } from '../passwords/password.ts'
import { sealDraft } from '../sessions/draft.ts'
import type { Session } from '../sessions/session.ts'
import { endSession, keepDraft } from '../sessions/session-store.ts'
import type { Tools } from '../tools.ts'
import type { Enrolment } from './enrolment-store.ts'
import { findEnrolment } from './enrolment-store.ts'
import type { Journey } from './journey.ts'
import { journeyOf } from './journey.ts'

interface Registration {
  password: string
  email: string
  /** The code sent to the address the bank holds; empty when none came. */
  code: string
}

type Registered =
  | { ok: true }
  | { ok: false; refusal: 'problems'; problems: Problems }
  /** Too many wrong codes: the limited session is over. */
  | { ok: false; refusal: 'closed' }

/**
 * Takes the password and the address somebody chose, and sends a code to that address when the
 * number has an open window and the proof the policy asks for was given. Everybody else gets the
 * same answer, and a code that nobody ever learns.
 */
export async function registerFirstLogin(
  db: Db,
  tools: Tools,
  session: Session,
  entered: Registration,
  now: Date,
): Promise<Registered> {
  const email = parseEmail(entered.email)
  const numbers = equivalentTaxIds(session.subject)
  const own: Own = { numbers, email: entered.email, bank: tools.policy.brand.name }
  const problems = problemsOf(tools, entered, email, own)
  if (email === null || Object.keys(problems).length > 0) {
    return { ok: false, refusal: 'problems', problems }
  }
  const passwordHash = await tools.hasher.hash(entered.password)
  return transaction(db, async (tx) => {
    const before = journeyOf(tools.keys.seal, session)
    const proof = await proveContact(tx, tools, session, before, entered.code, now)
    if (!proof.ok) return proof
    const enrolment = await findEnrolment(tx, numbers, now)
    const journey: Journey = { ...before, proven: proof.proven, chosen: { email, passwordHash } }
    const sessionEndsAt = new Date(now.getTime() + tools.policy.session.limitedMinutes * 60_000)
    // Only to somebody who has proven who they are may an answer depend on their name.
    if (enrolment && proof.proven && holdsName(tools, entered.password, enrolment.name)) {
      const unchosen = sealDraft(tools.keys.seal, { ...journey, chosen: null })
      await keepDraft(tx, session.id, unchosen, sessionEndsAt)
      return { ok: false, refusal: 'problems', problems: { nueva: PASSWORD_OWN } }
    }
    const order = { session, enrolment, journey, sessionEndsAt }
    await sendEmailCode(tx, tools, order, now)
    // Each accepted step gives the limited session its full time again.
    await keepDraft(tx, session.id, sealDraft(tools.keys.seal, journey), sessionEndsAt)
    return { ok: true }
  })
}

function problemsOf(tools: Tools, entered: Registration, email: string | null, own: Own): Problems {
  const weak = passwordProblem(tools.policy.password, entered.password, own)
  return { ...(weak ? { nueva: weak } : {}), ...(email === null ? { correo: BAD_EMAIL } : {}) }
}

type ContactProof = { ok: true; proven: boolean } | Exclude<Registered, { ok: true }>

async function proveContact(
  tx: Tx,
  tools: Tools,
  session: Session,
  journey: Journey,
  typed: string,
  now: Date,
): Promise<ContactProof> {
  const code = normalizeCode(typed)
  if (journey.proven || code === '') return { ok: true, proven: journey.proven }
  const purpose = 'first-login:contact'
  const hash = codeFingerprint(tools.keys.code, session.id, purpose, code)
  const tried = await tryCode(tx, session.id, purpose, hash, now)
  if (tried.ok) return { ok: true, proven: true }
  if (tried.refusal === 'exhausted') {
    await endSession(tx, session.id, now)
    return { ok: false, refusal: 'closed' }
  }
  return { ok: false, refusal: 'problems', problems: { codigo: codeSentence(tried) } }
}

function holdsName(tools: Tools, password: string, name: string): boolean {
  return passwordProblem(tools.policy.password, password, { numbers: [], name }) !== null
}

/** The code to the new address; it truly leaves only for whoever may go on. */
export async function sendEmailCode(
  tx: Tx,
  tools: Tools,
  order: {
    session: Session
    enrolment: Enrolment | null
    journey: Journey
    sessionEndsAt: Date
  },
  now: Date,
): Promise<void> {
  const { session, enrolment, journey, sessionEndsAt } = order
  const { chosen } = journey
  const may = enrolment !== null && mayEnrol(tools, enrolment, journey)
  const code = {
    sessionId: session.id,
    loginId: null,
    partyId: enrolment?.partyId ?? null,
    purpose: 'first-login:email' as const,
    to: may && chosen ? { name: enrolment.name, address: chosen.email } : null,
    sessionEndsAt,
  }
  await sendCode(tx, tools, code, now)
}

/** Whether the proof that the policy asks for besides the cédula was given. */
export function mayEnrol(tools: Tools, enrolment: Enrolment, journey: Journey): boolean {
  if (journey.proven) return true
  return tools.policy.firstLogin.proof === 'onFile' && enrolment.contact === null
}
