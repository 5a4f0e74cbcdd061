import { partySubject } from '#src/backoffice/customers/party-subject.ts'
import { transaction } from '#src/db/transaction.ts'
import type { Staff } from '#src/identity/person.ts'
import type { NewApproval } from '#src/identity/staff/approvals/approval-store.ts'
import type { Proposed } from '#src/identity/staff/approvals/propose.ts'
import { propose } from '#src/identity/staff/approvals/propose.ts'
import type { Colleague } from '#tests/identity/staff/support.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'

export const NEW = 'maria.nueva@correo.example'

/** Proposes, as somebody who is signed in. */
export async function proposeAs(
  portal: TestPortal,
  { id }: Pick<Colleague, 'id'>,
  proposal: NewApproval,
): Promise<Proposed> {
  const { db, context, clock } = portal
  const session = await db
    .selectFrom('session')
    .select('id')
    .where('login_id', '=', id)
    .where('ended_at', 'is', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  const actor = { loginId: id, sessionId: session?.id ?? 'none' } as Staff
  return transaction(db, (tx) => propose(tx, context.keys, actor, proposal, clock.now()))
}

/** Another address for a customer. */
export async function proposeAddress(
  portal: TestPortal,
  by: Pick<Colleague, 'id'>,
  partyId: number,
  email = NEW,
): Promise<Proposed> {
  return proposeAs(portal, by, {
    kind: 'contact.change',
    subject: partySubject(partyId),
    payload: { email },
    reason: 'Lo pidió en la agencia',
  })
}

/** What a deed said, on the page it led to. */
export async function toldBy(browser: Browser, address: string, form = {}): Promise<string> {
  const done = await browser.post(address, form)
  if (done.statusCode !== 303) return `${done.statusCode}`
  const page = await browser.get(String(done.headers.location))
  return /role="(?:status|alert)">[\s\S]*?<strong>([^<]*)/.exec(page.body)?.[1] ?? page.body
}
