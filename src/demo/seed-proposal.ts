import { rosa } from '#fixtures/people.ts'
import { record } from '../audit/audit-store.ts'
import { partySubject } from '../backoffice/customers/party-subject.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { findStaffLogin } from '../identity/login-store.ts'
import { findPartyByNumber } from '../identity/parties/party-store.ts'
import {
  addApproval,
  decidedApprovals,
  waitingApprovals,
} from '../identity/staff/approvals/approval-store.ts'

const PROPOSER = 'diego.mora'

/** Leaves something for a second person of the fictitious bank to decide, once. */
export async function seedProposal({ db, keys, now }: Context): Promise<void> {
  const [waiting, decided] = await Promise.all([
    waitingApprovals(db, keys.seal, 0, 1),
    decidedApprovals(db, keys.seal, null, 1),
  ])
  const proposer = await findStaffLogin(db, PROPOSER)
  const party = await findPartyByNumber(db, rosa.id)
  if (waiting.length + decided.length > 0 || !proposer || !party) return
  const proposal = {
    kind: 'contact.change',
    subject: partySubject(party.id),
    payload: { email: 'rosa.intriago.v@correo.example', held: rosa.email },
    reason: 'Lo pidió en la agencia Malecón, con su cédula',
    proposedBy: proposer.id,
  } as const
  await transaction(db, async (tx) => {
    const approval = await addApproval(tx, keys.seal, proposal, now())
    if (approval === null) return
    const { kind, subject } = proposal
    const entry = {
      actor: `login:${proposer.id}`,
      action: 'approval.proposed',
      subject,
      detail: { kind, approval },
    } as const
    await record(tx, keys.audit, entry, now())
  })
}
