import type { AuditDetail } from '../../audit/audit-action.ts'
import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Login } from '../login-store.ts'
import { notifiedOf, notify } from '../notify.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { openSession } from '../sessions/open-session.ts'
import { sourceBlock } from '../throttles/source-block.ts'
import type { Tools, Visit } from '../tools.ts'

/** How somebody proved who they are, and what their session begins with. */
interface Entry {
  subject: string
  /** Sealed. */
  draft?: string
  detail?: AuditDetail
}

/** Opens the full session of somebody who has proven who they are, and tells them of a new device. */
export async function letIn(
  tx: Tx,
  tools: Tools,
  login: Login,
  { subject, draft, detail }: Entry,
  visit: Visit,
  now: Date,
): Promise<OpenedSession> {
  const { id, partyId } = login
  const whose = { id, partyId, subject, ...(draft ? { draft } : {}) }
  const opened = await openSession(tx, tools, whose, visit, now)
  const newDevice = opened.newDeviceToken !== null
  const who = notifiedOf(login)
  if (newDevice && who) await notify(tx, tools, 'new-device', who, visit, now)
  const entry: AuditEntry = {
    actor: `login:${id}`,
    action: 'login.signed-in',
    subject: `login:${id}`,
    detail: { newDevice, source: sourceBlock(visit.address), ...detail },
  }
  await record(tx, tools.keys.audit, entry, now)
  return opened
}
