import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import {
  codeFingerprint,
  normalizeCode,
  secondsToWait,
} from '../../identity/codes/one-time-code.ts'
import type { CodeTry } from '../../identity/codes/one-time-code-store.ts'
import { lastCode, tryCode } from '../../identity/codes/one-time-code-store.ts'
import { sendCode } from '../../identity/codes/send-code.ts'
import { findLogin } from '../../identity/login-store.ts'
import { notifiedOf, sendMails } from '../../identity/notify.ts'
import type { Customer } from '../../identity/person.ts'
import { draftOf, sealDraft } from '../../identity/sessions/draft.ts'
import { endSessionByCodes } from '../../identity/sessions/end-session.ts'
import type { Session } from '../../identity/sessions/session.ts'
import { findSession, keepDraft } from '../../identity/sessions/session-store.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import { ACCESS_CODES } from '../../identity/throttles/limits.ts'
import { hit } from '../../identity/throttles/throttle-store.ts'
import type { Tools } from '../../identity/tools.ts'
import { dayOf } from '../../values/day.ts'
import { findFirm } from '../firms/firm-store.ts'
import type { GrantedReading } from './grant.ts'
import { addGrant } from './grant-store.ts'
import { customerToTell, leadsToTell } from './notified-store.ts'
import { decideRequest, requestsTo } from './request-store.ts'

export const PURPOSE = 'access:grant'
export const ACCESS_GRANTED = 'access-granted'
export const CLIENT_GAINED = 'client-gained'

/** What waits for its code: which firm, and what it may read. */
export interface PendingGrant extends GrantedReading {
  readonly firmId: number
  readonly firm: string
  /** Set when the firm asked. */
  readonly requestId: number | null
}

type CodeOrder = { ok: true } | { ok: false; refusal: 'no-address' | 'too-many' }

/** Keeps what a customer is about to let a firm read, and sends them the code that lets it. */
export async function askToGrant(
  db: Db,
  tools: Tools,
  person: Customer,
  pending: PendingGrant,
  now: Date,
): Promise<CodeOrder> {
  return whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, person.sessionId)
    if (!session) return { ok: false, refusal: 'too-many' }
    const sent = await sendAccessCode(tx, tools, person, session, pending.firm, now)
    // Not without its own code: the one sent before would let in another firm than it was asked for.
    if (!sent.ok) return sent
    const draft = sealDraft(tools.keys.seal, { kind: 'access', grant: JSON.stringify(pending) })
    await keepDraft(tx, session.id, draft, new Date(session.expiresAt))
    return sent
  })
}

type Resent = { ok: true } | { ok: false; seconds: number | null }

/** Another code for the same; `seconds` to wait, or null when there were too many. */
export async function resendAccessCode(
  db: Db,
  tools: Tools,
  person: Customer,
  now: Date,
): Promise<Resent> {
  return whileSignedIn(db, person, async (tx) => {
    const session = await findSession(tx, person.sessionId)
    const pending = session && pendingGrant(tools, session)
    if (!session || !pending) return { ok: false, seconds: null }
    const last = await lastCode(tx, session.id, PURPOSE)
    const seconds = secondsToWait(last?.sentAt ?? null, tools.policy.code, now)
    if (seconds > 0) return { ok: false, seconds }
    const sent = await sendAccessCode(tx, tools, person, session, pending.firm, now)
    return sent.ok ? sent : { ok: false, seconds: null }
  })
}

/** What waits for its code in this session; null when nothing does. */
export function pendingGrant({ keys }: Pick<Tools, 'keys'>, session: Session): PendingGrant | null {
  const draft = draftOf(keys.seal, session, 'access')
  return draft && (JSON.parse(draft.grant) as PendingGrant)
}

async function sendAccessCode(
  tx: Tx,
  tools: Tools,
  { loginId, partyId, displayName }: Customer,
  session: Session,
  firm: string,
  now: Date,
): Promise<CodeOrder> {
  const login = await findLogin(tx, loginId)
  if (!login?.email) return { ok: false, refusal: 'no-address' }
  const taken = await hit(tx, tools.keys.token, 'access', `${loginId}`, ACCESS_CODES, now)
  if (!taken.ok) return { ok: false, refusal: 'too-many' }
  const to = { name: displayName, address: login.email }
  const sessionEndsAt = new Date(session.expiresAt)
  const order = { sessionId: session.id, loginId, partyId, to, sessionEndsAt }
  // Said in the mail as well: another window of the session may have asked for another firm since.
  await sendCode(tx, tools, { ...order, purpose: PURPOSE, about: { firm } }, now)
  return { ok: true }
}

type Given = { ok: true; grant: PendingGrant } | Exclude<CodeTry, { ok: true }>

/** With the right code the firm may read; everybody concerned is told. */
export async function giveGrant(
  db: Db,
  tools: Tools,
  person: Customer,
  typed: string,
  now: Date,
): Promise<Given> {
  const { sessionId, loginId } = person
  const hash = codeFingerprint(tools.keys.code, sessionId, PURPOSE, normalizeCode(typed))
  return whileSignedIn(db, person, async (tx) => {
    const tried = await tryCode(tx, sessionId, PURPOSE, hash, now)
    if (!tried.ok) {
      if (tried.refusal === 'exhausted') await endSessionByCodes(tx, tools, person, now)
      return tried
    }
    // Who is being merged with another meanwhile grants as the one that stays.
    await lockFor(tx, 'merging')
    const partyId = (await findLogin(tx, loginId))?.partyId ?? null
    if (partyId === null) return { ok: false, refusal: 'none' }
    const session = await findSession(tx, sessionId)
    const pending = session && pendingGrant(tools, session)
    const stands = pending && (await standsStill(tx, partyId, pending, now))
    if (!session || !pending || !stands) return { ok: false, refusal: 'none' }
    const grant = await addGrant(tx, { ...pending, partyId, grantedBy: loginId }, now)
    await keepDraft(tx, sessionId, null, new Date(session.expiresAt))
    await tellGranted(tx, tools, { ...person, partyId }, pending, now)
    const entry: AuditEntry = {
      actor: `login:${loginId}`,
      action: 'access.granted',
      subject: `party:${partyId}`,
      detail: { firm: pending.firmId, grant, until: pending.endsOn },
    }
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true, grant: pending }
  })
}

/** While the code was on its way a day may have ended, and another window may have answered the firm. */
async function standsStill(
  tx: Tx,
  partyId: number,
  { firmId, requestId, endsOn }: PendingGrant,
  now: Date,
): Promise<boolean> {
  if (endsOn < dayOf(now) || !(await findFirm(tx, firmId))) return false
  if (requestId === null) return true
  const mine = (await requestsTo(tx, partyId, now)).some(
    (one) => one.id === requestId && one.firmId === firmId,
  )
  return mine && decideRequest(tx, { id: requestId, verdict: 'approved' }, now)
}

async function tellGranted(
  tx: Tx,
  tools: Tools,
  person: Pick<Customer, 'loginId' | 'partyId' | 'displayName'>,
  { firm, firmId, endsOn }: PendingGrant,
  now: Date,
): Promise<void> {
  const payload = { firm, client: person.displayName, endsOn }
  const login = await findLogin(tx, person.loginId)
  const own = login ? notifiedOf(login) : null
  await sendMails(
    tx,
    tools,
    ACCESS_GRANTED,
    own ? [own] : await customerToTell(tx, person.partyId),
    payload,
    now,
  )
  await sendMails(tx, tools, CLIENT_GAINED, await leadsToTell(tx, firmId), payload, now)
}
