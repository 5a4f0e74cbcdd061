import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { seal } from '../../../values/keys.ts'
import type { Problems } from '../../../web/forms.ts'
import { normalizeCode } from '../../codes/one-time-code.ts'
import { findLogin } from '../../login-store.ts'
import { notifiedOf, notify } from '../../notify.ts'
import type { Staff } from '../../person.ts'
import { proveOwn, wrongCurrent } from '../../profile/change-password.ts'
import { draftOf } from '../../sessions/draft.ts'
import { endSessionsOf, findSession, takeDraft } from '../../sessions/session-store.ts'
import { whileSignedIn } from '../../sessions/while-signed-in.ts'
import type { Tools, Visit } from '../../tools.ts'
import { giveRecoveryCodes } from '../factor/recovery-codes.ts'
import { replaceSecondFactor } from '../factor/second-factor-store.ts'
import { newTotpSecret, totpStep } from '../factor/totp.ts'
import { CODES_WAIT } from '../messages.ts'
import { keepInSession } from './keep-in-session.ts'

/** `problems: null`: too many wrong passwords, and this session is over. */
export type Asked = { ok: true } | { ok: false; problems: Problems | null }

/** Begins to replace the app, with the password: its secret waits in the session for a code. */
export async function startAppChange(
  db: Db,
  tools: Tools,
  person: Staff,
  password: string,
  now: Date,
): Promise<Asked> {
  const proof = await proveOwn(db, tools, person, password, now)
  if (!proof.ok) return wrongCurrent(proof, 'contrasena')
  const draft = { kind: 'totp' as const, secret: newTotpSecret(tools.random) }
  const kept = await whileSignedIn(db, person, (tx) => keepInSession(tx, tools, person, draft))
  return kept ? { ok: true } : { ok: false, problems: { contrasena: CODES_WAIT } }
}

/** Takes the new app with a code that it shows; other sessions end, and its owner is told. */
export async function finishAppChange(
  db: Db,
  tools: Tools,
  person: Staff,
  typed: string,
  visit: Visit,
  now: Date,
): Promise<{ ok: true } | { ok: false; refusal: 'wrong' | 'over' }> {
  const session = await findSession(db, person.sessionId)
  const secret = session && draftOf(tools.keys.seal, session, 'totp')?.secret
  if (!session?.draft || !secret) return { ok: false, refusal: 'over' }
  const { draft } = session
  const step = totpStep(secret, normalizeCode(typed), now)
  if (step === null) return { ok: false, refusal: 'wrong' }
  return whileSignedIn(db, person, async (tx) => {
    if (!(await takeDraft(tx, session.id, draft))) return { ok: false, refusal: 'over' }
    const { loginId, sessionId } = person
    const app = { loginId, sealedSecret: seal(tools.keys.seal, secret), step }
    await replaceSecondFactor(tx, app, now)
    await endSessionsOf(tx, loginId, sessionId, now)
    await noteFactorChange(tx, tools, person, 'app', visit, now)
    return { ok: true }
  })
}

/** Makes ten new codes, with the password; they are shown until their owner says to have kept them. */
export async function renewRecoveryCodes(
  db: Db,
  tools: Tools,
  person: Staff,
  password: string,
  visit: Visit,
  now: Date,
): Promise<Asked> {
  const proof = await proveOwn(db, tools, person, password, now)
  if (!proof.ok) return wrongCurrent(proof, 'contrasena')
  await whileSignedIn(db, person, async (tx) => {
    const draft = await giveRecoveryCodes(tx, tools, person.loginId, now)
    await keepInSession(tx, tools, person, draft)
    await noteFactorChange(tx, tools, person, 'codes', visit, now)
  })
  return { ok: true }
}

/** The codes that are still to be kept; null when there are none to show. */
export async function codesToKeep(db: Db, tools: Tools, person: Staff): Promise<string[] | null> {
  const session = await findSession(db, person.sessionId)
  return session && (draftOf(tools.keys.seal, session, 'recovery-codes')?.codes ?? null)
}

/** Their owner has them: they are not shown again. */
export async function codesAreKept(db: Db, tools: Tools, person: Staff): Promise<void> {
  await whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, person.sessionId)
    if (!session?.draft || !draftOf(tools.keys.seal, session, 'recovery-codes')) return
    await takeDraft(tx, session.id, session.draft)
  })
}

type FactorChange = 'app' | 'codes' | 'passkey-added' | 'passkey-removed'

/** Mails the person and notes it in the chain; last in its transaction. */
export async function noteFactorChange(
  tx: Tx,
  tools: Tools,
  person: Staff,
  cause: FactorChange,
  visit: Visit,
  now: Date,
): Promise<void> {
  const { loginId } = person
  const login = await findLogin(tx, loginId)
  const who = login && notifiedOf(login)
  if (who) await notify(tx, tools, 'second-factor-changed', who, visit, now, { cause })
  const name = `login:${loginId}`
  const entry: AuditEntry = {
    actor: name,
    action: 'second-factor.changed',
    subject: name,
    detail: { cause },
  }
  await record(tx, tools.keys.audit, entry, now)
}
