import type { AuditDetail } from '../../../audit/audit-action.ts'
import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import { unseal } from '../../../values/keys.ts'
import type { Theme } from '../../../web/pages/theme.ts'
import { normalizeCode } from '../../codes/one-time-code.ts'
import type { Login } from '../../login-store.ts'
import { findLogin } from '../../login-store.ts'
import { notifiedOf, notify } from '../../notify.ts'
import { forgive, lock, takeOne } from '../../passwords/attempts.ts'
import { draftOf } from '../../sessions/draft.ts'
import type { OpenedSession } from '../../sessions/open-session.ts'
import { knownDevice } from '../../sessions/open-session.ts'
import type { Session } from '../../sessions/session.ts'
import { endSession, takeDraft } from '../../sessions/session-store.ts'
import { letIn } from '../../sign-in/let-in.ts'
import type { Tools, Visit } from '../../tools.ts'
import { markPasskeyUsed, passkeysOf } from './passkey-store.ts'
import { useRecoveryCode } from './recovery-code-store.ts'
import { recoveryCodeHash } from './recovery-codes.ts'
import { findSecondFactor, useStep } from './second-factor-store.ts'
import { totpStep } from './totp.ts'
import type { Site } from './webauthn.ts'
import { readSignature } from './webauthn.ts'

/** Which second proof was given. */
type Factor = 'app' | 'recovery-code' | 'passkey'

export type FactorTry =
  | ({ ok: true; theme: Theme } & OpenedSession)
  | { ok: false; refusal: 'wrong'; left: number }
  /** Too many, or the way in was over: begin again. */
  | { ok: false; refusal: 'locked' | 'over' }

type Prove = (tx: Tx, login: Login) => Promise<Factor | null>

/** Lets in who has given the password and now types a code of the app, or one of the ten. */
export async function enterWithCode(
  db: Db,
  tools: Tools,
  session: Session,
  typed: string,
  visit: Visit,
  now: Date,
): Promise<FactorTry> {
  const code = normalizeCode(typed)
  return enter(db, tools, session, visit, now, async (tx, { id }) => {
    if (!/^\d{6}$/.test(code)) {
      const hash = recoveryCodeHash(tools, id, code)
      return (await useRecoveryCode(tx, id, hash, now)) ? 'recovery-code' : null
    }
    const app = await findSecondFactor(tx, id)
    const step = app ? totpStep(unseal(tools.keys.seal, app.sealedSecret), code, now) : null
    return step !== null && (await useStep(tx, id, step)) ? 'app' : null
  })
}

/** The same with a passkey that signed what `challengePasskey` asked for. */
export async function enterWithPasskey(
  db: Db,
  tools: Tools,
  session: Session,
  signed: { site: Site; answer: string },
  visit: Visit,
  now: Date,
): Promise<FactorTry> {
  const { draft, login } = session
  const challenge = draftOf(tools.keys.seal, session, 'passkey')?.challenge ?? null
  const keys = login && challenge !== null ? await passkeysOf(db, login.id) : []
  const proof = await readSignature(signed.site, challenge ?? '', keys, signed.answer)
  return enter(db, tools, session, visit, now, async (tx) => {
    if (draft === null || !(await takeDraft(tx, session.id, draft)) || !proof) return null
    await markPasskeyUsed(tx, proof.passkey.id, proof.counter, now)
    return 'passkey'
  })
}

/** Takes an attempt, and then: the right proof opens the full session in place of the limited one. */
async function enter(
  db: Db,
  tools: Tools,
  session: Session,
  visit: Visit,
  now: Date,
  prove: Prove,
): Promise<FactorTry> {
  const login = session.login && (await findLogin(db, session.login.id))
  if (!login) return { ok: false, refusal: 'over' }
  const deviceId = await knownDevice(db, tools, login.id, visit)
  const claimant = { login, identity: session.subject, deviceId }
  const attempt = await takeOne(db, tools, claimant, now)
  if (attempt !== null) {
    const done = await transaction(db, async (tx): Promise<FactorTry | null> => {
      const factor = await prove(tx, login)
      if (!factor) return null
      if (!(await endSession(tx, session.id, now))) return { ok: false, refusal: 'over' }
      await forgive(tx, login.id, deviceId)
      if (factor === 'recovery-code') await tell(tx, tools, login, visit, now)
      const entry = { subject: session.subject, detail: { factor } }
      const opened = await letIn(tx, tools, login, entry, visit, now)
      return { ok: true, theme: login.theme, ...opened }
    })
    if (done) return done
    const left = tools.policy.login.failuresMax - attempt
    if (left > 0) return { ok: false, refusal: 'wrong', left }
    await lock(db, tools, login, deviceId, now)
  }
  await shut(db, tools, session, login, now)
  return { ok: false, refusal: 'locked' }
}

/** Codes are for who has lost the app, or stolen them: their owner is told. */
async function tell(tx: Tx, tools: Tools, login: Login, visit: Visit, now: Date): Promise<void> {
  const who = notifiedOf(login)
  if (who)
    await notify(tx, tools, 'second-factor-changed', who, visit, now, { cause: 'recovery-code' })
}

async function shut(
  db: Db,
  tools: Tools,
  session: Session,
  { id }: Login,
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await endSession(tx, session.id, now))) return
    const detail: AuditDetail = { cause: 'wrong codes' }
    const entry: AuditEntry = {
      actor: 'system',
      action: 'session.ended',
      subject: `login:${id}`,
      detail,
    }
    await record(tx, tools.keys.audit, entry, now)
  })
}
