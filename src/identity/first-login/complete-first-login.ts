import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { equivalentTaxIds } from '../../values/tax-id.ts'
import { codeFingerprint, normalizeCode } from '../codes/one-time-code.ts'
import type { CodeTry } from '../codes/one-time-code-store.ts'
import { tryCode } from '../codes/one-time-code-store.ts'
import { activateLogin } from '../login-store.ts'
import { notify } from '../notify.ts'
import { addConfirmedAddress } from '../parties/contact-store.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { openSession } from '../sessions/open-session.ts'
import type { Session } from '../sessions/session.ts'
import { endJourneysOf, endSession } from '../sessions/session-store.ts'
import { sourceBlock } from '../throttles/source-block.ts'
import type { Tools, Visit } from '../tools.ts'
import type { Enrolment } from './enrolment-store.ts'
import { findEnrolment, useWindow } from './enrolment-store.ts'
import type { Journey } from './journey.ts'
import { journeyOf } from './journey.ts'
import { mayEnrol } from './register-first-login.ts'

type CompletedFirstLogin =
  | ({ ok: true } & OpenedSession)
  | Exclude<CodeTry, { ok: true }>
  /** Too many wrong codes, or somebody else was first: the limited session is over. */
  | { ok: false; refusal: 'closed' }

/**
 * Ends a first login with the code that was sent to the new address: the login exists, the address
 * is confirmed, the window is used up, the address the bank held is told, and a full session under
 * a new name begins. All of it in one transaction, or none.
 */
export async function completeFirstLogin(
  db: Db,
  tools: Tools,
  session: Session,
  typed: string,
  visit: Visit,
  now: Date,
): Promise<CompletedFirstLogin> {
  const purpose = 'first-login:email'
  const hash = codeFingerprint(tools.keys.code, session.id, purpose, normalizeCode(typed))
  return transaction(db, async (tx) => {
    const tried = await tryCode(tx, session.id, purpose, hash, now)
    if (!tried.ok && tried.refusal !== 'exhausted') return tried
    const enrolment = await findEnrolment(tx, equivalentTaxIds(session.subject), now)
    const journey = journeyOf(tools.keys.seal, session)
    const may = tried.ok && enrolment !== null && mayEnrol(tools, enrolment, journey)
    if (!may || !journey.chosen || !(await useWindow(tx, enrolment.partyId, now))) {
      await endSession(tx, session.id, now)
      return { ok: false, refusal: 'closed' }
    }
    const opened = await enrol(
      tx,
      tools,
      { session, enrolment, chosen: journey.chosen, visit },
      now,
    )
    return { ok: true, ...opened }
  })
}

async function enrol(
  tx: Tx,
  tools: Tools,
  facts: {
    session: Session
    enrolment: Enrolment
    chosen: NonNullable<Journey['chosen']>
    visit: Visit
  },
  now: Date,
): Promise<OpenedSession> {
  const { session, enrolment, chosen, visit } = facts
  const { partyId, name, contact } = enrolment
  const { email, passwordHash } = chosen
  const username = session.subject
  const login = await activateLogin(tx, { partyId, username, name, passwordHash, email }, now)
  await addConfirmedAddress(tx, partyId, email, now)
  if (contact !== null && contact !== email) {
    const who = { loginId: login.id, partyId, name, address: contact }
    await notify(tx, tools, 'first-login-warning', who, visit, now)
  }
  await endJourneysOf(tx, [partyId], now)
  const person = { id: login.id, partyId, subject: session.subject }
  const here = { ...visit, formerSessionId: session.id }
  const opened = await openSession(tx, tools, person, here, now)
  const entry: AuditEntry = {
    actor: `login:${login.id}`,
    action: 'first-login.completed',
    subject: `party:${partyId}`,
    detail: { contactOnFile: contact !== null, source: sourceBlock(visit.address) },
  }
  await record(tx, tools.keys.audit, entry, now)
  return opened
}
