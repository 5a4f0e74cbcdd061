import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { sendCode } from '../codes/send-code.ts'
import { addSession, endSession } from '../sessions/session-store.ts'
import { FIRST_LOGIN_CODES } from '../throttles/limits.ts'
import { sourceBlock } from '../throttles/source-block.ts'
import { hit } from '../throttles/throttle-store.ts'
import type { Tools, Visit } from '../tools.ts'
import { randomToken } from '../tools.ts'
import type { UserName } from '../user-name.ts'
import type { Enrolment } from './enrolment-store.ts'
import { findEnrolment } from './enrolment-store.ts'
import { remindOfAccess } from './remind-of-access.ts'

/**
 * Opens the limited session of a first login, for every number alike. Only when its window is open
 * and the bank holds an address does a code leave, and only so many a day; who has access already is
 * reminded of it by mail.
 *
 * @returns the name of the limited session
 */
export async function startFirstLogin(
  db: Db,
  tools: Tools,
  start: { name: UserName; returnTo: string | null; visit: Visit },
  now: Date,
): Promise<string> {
  const { name, returnTo, visit } = start
  const sessionId = randomToken(tools.random)
  const expiresAt = new Date(now.getTime() + tools.policy.session.limitedMinutes * 60_000)
  await transaction(db, async (tx) => {
    const enrolment = await findEnrolment(tx, name.numbers, now)
    const session = {
      id: sessionId,
      scope: 'first-login' as const,
      loginId: null,
      partyId: enrolment?.partyId ?? null,
      subject: name.identity,
      draft: null,
      deviceId: null,
      returnTo,
      userAgent: visit.userAgent,
      address: visit.address,
      expiresAt,
    }
    await addSession(tx, session, now)
    const order = { sessionId, identity: name.identity, enrolment, sessionEndsAt: expiresAt }
    const sent = await sendContactCode(tx, tools, order, now)
    if (visit.formerSessionId) await endSession(tx, visit.formerSessionId, now)
    if (enrolment) {
      await note(tx, tools, enrolment, { sent, source: sourceBlock(visit.address) }, now)
    } else await remindOfAccess(tx, tools, name, now)
  })
  return sessionId
}

/** Makes the code for the address the bank holds; answers whether one left. */
export async function sendContactCode(
  tx: Tx,
  tools: Tools,
  order: {
    sessionId: string
    identity: string
    enrolment: Enrolment | null
    sessionEndsAt: Date
  },
  now: Date,
): Promise<boolean> {
  const { sessionId, identity, enrolment, sessionEndsAt } = order
  const budget = await hit(tx, tools.keys.token, 'first-login', identity, FIRST_LOGIN_CODES, now)
  const address = budget.ok ? (enrolment?.contact ?? null) : null
  const code = {
    sessionId,
    loginId: null,
    partyId: enrolment?.partyId ?? null,
    purpose: 'first-login:contact' as const,
    to: address && enrolment ? { name: enrolment.name, address } : null,
    sessionEndsAt,
  }
  await sendCode(tx, tools, code, now)
  return address !== null
}

async function note(
  tx: Tx,
  tools: Tools,
  { partyId }: Enrolment,
  detail: { sent: boolean; source: string },
  now: Date,
): Promise<void> {
  const entry: AuditEntry = {
    actor: 'anonymous',
    action: 'first-login.started',
    subject: `party:${partyId}`,
    detail,
  }
  await record(tx, tools.keys.audit, entry, now)
}
