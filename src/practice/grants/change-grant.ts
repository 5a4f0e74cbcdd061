import type { AuditAction } from '../../audit/audit-action.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { sendMails } from '../../identity/notify.ts'
import type { Customer } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import type { Tools } from '../../identity/tools.ts'
import type { Day } from '../../values/day.ts'
import { findFirm } from '../firms/firm-store.ts'
import { renewGrantOf, revokeGrantOf } from './grant-store.ts'
import { customerToTell, leadsToTell } from './notified-store.ts'
import { decideRequest, requestsTo } from './request-store.ts'

export const ACCESS_RENEWED = 'access-renewed'
export const ACCESS_REVOKED = 'access-revoked'
export const CLIENT_LOST = 'client-lost'

/** Lets a firm go on until another day. Answers its name; null when there is no such grant. */
export function renewGrant(
  db: Db,
  tools: Tools,
  person: Customer,
  { id, endsOn }: { id: number; endsOn: Day },
  now: Date,
): Promise<string | null> {
  const { partyId, loginId } = person
  return whileSignedIn(db, person, async (tx) => {
    const firmId = await renewGrantOf(tx, { id, partyId, endsOn, by: loginId }, now)
    if (firmId === null) return null
    await note(tx, tools, person, 'access.renewed', { firm: firmId, grant: id, until: endsOn }, now)
    const firm = (await findFirm(tx, firmId))?.name ?? ''
    const payload = { firm, client: person.displayName, endsOn }
    await sendMails(tx, tools, ACCESS_RENEWED, await customerToTell(tx, partyId), payload, now)
    return firm
  })
}

/**
 * Takes an access back, from this moment on: the next question that anybody of the firm asks finds
 * nothing. Answers the name of the firm; null when there is no such grant.
 */
export function revokeGrant(
  db: Db,
  tools: Tools,
  person: Customer,
  id: number,
  now: Date,
): Promise<string | null> {
  const { partyId, loginId } = person
  return whileSignedIn(db, person, async (tx) => {
    const firmId = await revokeGrantOf(tx, { id, partyId, by: loginId }, now)
    if (firmId === null) return null
    await note(tx, tools, person, 'access.revoked', { firm: firmId, grant: id }, now)
    const firm = (await findFirm(tx, firmId))?.name ?? ''
    const payload = { firm, client: person.displayName }
    await sendMails(tx, tools, ACCESS_REVOKED, await customerToTell(tx, partyId), payload, now)
    await sendMails(tx, tools, CLIENT_LOST, await leadsToTell(tx, firmId), payload, now)
    return firm
  })
}

/** Says no to a firm that asked, which is not told; whether it was asked of this customer. */
export function refuseRequest(
  db: Db,
  tools: Tools,
  person: Customer,
  id: number,
  now: Date,
): Promise<boolean> {
  return whileSignedIn(db, person, async (tx) => {
    const asked = (await requestsTo(tx, person.partyId, now)).find((one) => one.id === id)
    if (!asked || !(await decideRequest(tx, { id, verdict: 'refused' }, now))) return false
    await note(tx, tools, person, 'access.refused', { firm: asked.firmId }, now)
    return true
  })
}

function note(
  tx: Tx,
  { keys }: Tools,
  { loginId, partyId }: Customer,
  action: AuditAction,
  detail: { firm: number; grant?: number; until?: Day },
  now: Date,
): Promise<void> {
  const actor = `login:${loginId}`
  return record(tx, keys.audit, { actor, action, subject: `party:${partyId}`, detail }, now)
}
