import { record } from '../../../audit/audit-store.ts'
import { lockFor } from '../../../db/lock.ts'
import { endJourneysOf } from '../../../identity/sessions/session-store.ts'
import type { Tools } from '../../../identity/tools.ts'
import { moveGrants } from '../../../practice/grants/move-grants-store.ts'
import { moveEvents } from '../../../receipts/feed/move-events-store.ts'
import { moveReceipts } from '../../../receipts/kept/move-receipts-store.ts'
import { readableName } from '../../../values/person-name.ts'
import type { KindOfApproval } from '../../approvals/approval-kinds.ts'
import { namedCustomers } from '../customer-name-store.ts'
import { findCustomers } from '../customer-store.ts'
import { MERGED, voidEffect } from '../messages.ts'
import { partyOfSubject } from '../party-subject.ts'
import { markMerged, moveAccess, moveContacts, moveNumbers } from './merge-store.ts'
import type { Merging } from './preview-merge.ts'
import { GONE, mergeProblem } from './preview-merge.ts'

/** Two that are the same person: everything of the one goes to the other, for good. */
export function partiesMerge(tools: Tools): KindOfApproval {
  return {
    name: 'Unir dos clientes',

    async describe(db, approvals) {
      const ids = approvals.flatMap(({ subject, payload }) => [
        partyOfSubject(subject),
        (payload as Merging).other,
      ])
      const customers = await namedCustomers(db, ids)
      return approvals.map(({ subject, payload, decision }) => {
        const id = partyOfSubject(subject)
        const { other, otherName, moving } = payload as Merging
        const name = customers.get(id)?.name
        const isVoid = decision === null && (name === undefined || !customers.has(other))
        return {
          about: {
            href: `/interno/clientes/${id}`,
            text: name === undefined ? MERGED : readableName(name),
          },
          effects: [
            { term: 'Se le une', text: readableName(otherName) },
            { term: 'Pasa todo, y no se puede deshacer', text: moving },
            ...(isVoid ? [voidEffect(GONE)] : []),
          ],
        }
      })
    },

    async deed(tx, { subject, payload, proposedBy }, approver, now) {
      const to = partyOfSubject(subject)
      const from = (payload as Merging).other
      // Loads look up whose a number is and write it down: none may be between the two.
      await lockFor(tx, 'merging')
      const both = await findCustomers(tx, tools.policy.login, [to, from], now)
      const problem = mergeProblem(both, to, from)
      if (problem) return problem
      await endJourneysOf(tx, [from], now)
      await moveNumbers(tx, from, to)
      await moveContacts(tx, from, to, now)
      await moveAccess(tx, from, to)
      await moveEvents(tx, from, to, now)
      await moveReceipts(tx, from, to)
      await moveGrants(tx, from, to)
      await markMerged(tx, from, to)
      const entry = {
        actor: `login:${approver.loginId}`,
        action: 'customer.merged',
        subject,
        detail: { merged: from, proposedBy },
      } as const
      await record(tx, tools.keys.audit, entry, now)
      return null
    },
  }
}
