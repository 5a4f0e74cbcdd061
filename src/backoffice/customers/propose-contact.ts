import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import type { Proposed } from '../../identity/staff/approvals/propose.ts'
import { propose } from '../../identity/staff/approvals/propose.ts'
import type { Tools } from '../../identity/tools.ts'
import { parseEmail } from '../../values/email-address.ts'
import type { Problems } from '../../web/forms.ts'
import type { ContactChange } from './change-contact.ts'
import type { Customer } from './customer-store.ts'
import { contactProblems, reasonProblem } from './messages.ts'
import { partySubject } from './party-subject.ts'

export type ProposedContact =
  | Proposed
  /** By field: `correo`, `motivo`. */
  | { ok: false; refusal: 'problems'; problems: Problems }

/** Proposes another address in place of the one the bank holds of a customer. */
export async function proposeContact(
  db: Db,
  { keys }: Pick<Tools, 'keys'>,
  actor: Staff,
  customer: Pick<Customer, 'partyId' | 'bankAddress'>,
  entered: { email: string; reason: string },
  now: Date,
): Promise<ProposedContact> {
  const email = parseEmail(entered.email)
  const reason = entered.reason.trim()
  const badReason = reasonProblem(reason)
  const problems: Record<string, string> = {}
  if (email === null) problems['correo'] = contactProblems.email
  else if (email === customer.bankAddress) problems['correo'] = contactProblems.same
  if (badReason) problems['motivo'] = badReason
  if (email === null || Object.keys(problems).length > 0) {
    return { ok: false, refusal: 'problems', problems }
  }
  const subject = partySubject(customer.partyId)
  const payload: ContactChange = { email, held: customer.bankAddress }
  const proposal = { kind: 'contact.change', subject, payload, reason } as const
  return transaction(db, (tx) => propose(tx, keys, actor, proposal, now))
}
