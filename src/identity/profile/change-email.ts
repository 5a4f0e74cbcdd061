import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { maskEmail, parseEmail } from '../../values/email-address.ts'
import type { Problems } from '../../web/forms.ts'
import { codeFingerprint, normalizeCode, secondsToWait } from '../codes/one-time-code.ts'
import type { CodeTry } from '../codes/one-time-code-store.ts'
import { lastCode, tryCode } from '../codes/one-time-code-store.ts'
import { sendCode } from '../codes/send-code.ts'
import { findLogin, setEmail } from '../login-store.ts'
import { BAD_EMAIL, EMAIL_SAME, TOO_MANY_CODES } from '../messages.ts'
import { notifiedOf, notify } from '../notify.ts'
import { addConfirmedAddress } from '../parties/contact-store.ts'
import type { Customer } from '../person.ts'
import { draftOf, sealDraft } from '../sessions/draft.ts'
import { endSessionByCodes } from '../sessions/end-session.ts'
import type { Session } from '../sessions/session.ts'
import { findSession, keepDraft } from '../sessions/session-store.ts'
import { whileSignedIn } from '../sessions/while-signed-in.ts'
import { EMAIL_CHANGE_CODES } from '../throttles/limits.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools, Visit } from '../tools.ts'
import { proveOwn, wrongCurrent } from './change-password.ts'

const PURPOSE = 'profile:email'

type AskedEmailChange = { ok: true } | { ok: false; problems: Problems | null }

/** Asks for another address: the password first, then a code goes to the new one. */
export async function askEmailChange(
  db: Db,
  tools: Tools,
  person: Customer,
  entered: { email: string; password: string },
  now: Date,
): Promise<AskedEmailChange> {
  const email = parseEmail(entered.email)
  if (email === null) return { ok: false, problems: { correo: BAD_EMAIL } }
  const login = await findLogin(db, person.loginId)
  // An address that did not exist may be confirmed anew.
  if (login?.email === email && !person.unreachable)
    return { ok: false, problems: { correo: EMAIL_SAME } }
  const proof = await proveOwn(db, tools, person, entered.password, now)
  if (!proof.ok) return wrongCurrent(proof, 'contrasena')
  return whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, person.sessionId)
    const sent = session !== null && (await sendChangeCode(tx, tools, person, session, email, now))
    return sent ? { ok: true } : { ok: false, problems: { correo: TOO_MANY_CODES } }
  })
}

/** The address that waits for its code; null when no change was asked for in this session. */
export function pendingEmail(tools: Tools, session: Session): string | null {
  return draftOf(tools.keys.seal, session, 'email')?.email ?? null
}

type ResentChangeCode = { ok: true } | { ok: false; seconds: number | null }

/** Another code to the new address; `seconds` to wait, or null when there were too many. */
export async function resendChangeCode(
  db: Db,
  tools: Tools,
  person: Customer,
  now: Date,
): Promise<ResentChangeCode> {
  return whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, person.sessionId)
    const email = session ? pendingEmail(tools, session) : null
    if (!session || !email) return { ok: false, seconds: null }
    const last = await lastCode(tx, session.id, PURPOSE)
    const seconds = secondsToWait(last?.sentAt ?? null, tools.policy.code, now)
    if (seconds > 0) return { ok: false, seconds }
    const sent = await sendChangeCode(tx, tools, person, session, email, now)
    return sent ? { ok: true } : { ok: false, seconds: null }
  })
}

async function sendChangeCode(
  tx: Tx,
  tools: Tools,
  person: Customer,
  session: Session,
  email: string,
  now: Date,
): Promise<boolean> {
  const { keys } = tools
  const taken = await hit(tx, keys.token, 'email', `${person.loginId}`, EMAIL_CHANGE_CODES, now)
  if (!taken.ok) return false
  const sessionEndsAt = new Date(session.expiresAt)
  const to = { name: person.displayName, address: email }
  const { loginId, partyId } = person
  const order = { sessionId: session.id, loginId, partyId, to, sessionEndsAt }
  await sendCode(tx, tools, { ...order, purpose: PURPOSE }, now)
  await keepDraft(tx, session.id, sealDraft(keys.seal, { kind: 'email', email }), sessionEndsAt)
  return true
}

type ChangedEmail = { ok: true; email: string } | Exclude<CodeTry, { ok: true }>

/** Takes the new address with the code that went there, and tells the old one. */
export async function changeEmail(
  db: Db,
  tools: Tools,
  person: Customer,
  typed: string,
  visit: Visit,
  now: Date,
): Promise<ChangedEmail> {
  const { loginId, partyId, sessionId } = person
  const hash = codeFingerprint(tools.keys.code, sessionId, PURPOSE, normalizeCode(typed))
  const name = `login:${loginId}`
  return whileSignedIn(db, person, async (tx) => {
    const tried = await tryCode(tx, sessionId, PURPOSE, hash, now)
    if (!tried.ok) {
      if (tried.refusal === 'exhausted') await endSessionByCodes(tx, tools, person, now)
      return tried
    }
    const session = await findSession(tx, sessionId)
    const email = session ? pendingEmail(tools, session) : null
    const login = await findLogin(tx, loginId)
    if (!session || !email || !login) return { ok: false, refusal: 'none' }
    await setEmail(tx, loginId, email)
    await addConfirmedAddress(tx, partyId, email, now)
    await keepDraft(tx, sessionId, null, new Date(session.expiresAt))
    const who = login.email === email ? null : notifiedOf(login)
    if (who) {
      const more = { newAddress: maskEmail(email) }
      await notify(tx, tools, 'email-changed', who, visit, now, more)
    }
    const entry: AuditEntry = { actor: name, action: 'email.changed', subject: name }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, email }
  })
}
