import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { sendMails } from '../../identity/notify.ts'
import type { Person } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import type { Limit } from '../../identity/throttles/limits.ts'
import { hit } from '../../identity/throttles/throttle-store.ts'
import type { Tools } from '../../identity/tools.ts'
import { canonicalTaxId, isCedula, isRuc } from '../../values/tax-id.ts'
import { readTypedName } from '../../values/typed-name.ts'
import { membershipOf } from '../firms/member-store.ts'
import { requestProblems } from '../messages.ts'
import { customerOfNumber } from './notified-store.ts'
import { addRequest } from './request-store.ts'

export const ACCESS_ASKED = 'access-asked'

export interface EnteredRequest {
  numero: string
  motivo: string
}

type Asked = { ok: true } | { ok: false; problems: Partial<Record<keyof EnteredRequest, string>> }

const DAYS = 30
const DAY_MS = 86_400_000
const REASON_MIN = 10
const REASON_MAX = 200

/** So that nobody tries out numbers, nor fills mailboxes. */
const PER_FIRM: Limit = { max: 60, minutes: 24 * 60 }
const PER_NUMBER: Limit = { max: 2, minutes: 24 * 60 }

/**
 * Asks the customer of a number for access. The answer is the same whoever the number is, and whether
 * it is anybody's: only a customer can say so, by letting the firm in.
 */
export async function askAccess(
  db: Db,
  tools: Tools,
  person: Pick<Person, 'loginId' | 'sessionId' | 'displayName'>,
  entered: EnteredRequest,
  now: Date,
): Promise<Asked> {
  const number = canonicalTaxId(entered.numero)
  const reason = readTypedName(entered.motivo, REASON_MAX)
  const known = number !== null && (isCedula(number) || isRuc(number))
  if (!known || reason === null || reason.length < REASON_MIN) {
    const problems = {
      ...(known ? {} : { numero: requestProblems.number }),
      ...(reason === null || reason.length < REASON_MIN ? { motivo: requestProblems.reason } : {}),
    }
    return { ok: false, problems }
  }
  return whileSignedIn(db, person, async (tx) => {
    const member = await membershipOf(tx, person.loginId)
    if (!member) return { ok: false, problems: { numero: requestProblems.tooMany } }
    const { firmId, firm } = member
    const taken = await hit(tx, tools.keys.token, 'access-asked', `${firmId}`, PER_FIRM, now)
    if (!taken.ok) return { ok: false, problems: { numero: requestProblems.tooMany } }
    const expiresAt = new Date(now.getTime() + DAYS * DAY_MS)
    await addRequest(tx, { firmId, number, reason, askedBy: person.loginId, expiresAt }, now)
    const pair = `${firmId} ${number}`
    const first = await hit(tx, tools.keys.token, 'access-asked', pair, PER_NUMBER, now)
    const people = first.ok ? await customerOfNumber(tx, number) : []
    const payload = { firm, person: person.displayName, reason }
    await sendMails(tx, tools, ACCESS_ASKED, people, payload, now)
    const actor = `login:${person.loginId}`
    const entry = { actor, action: 'access.asked', subject: `firm:${firmId}` } as const
    await record(tx, tools.keys.audit, entry, now)
    return { ok: true }
  })
}
