import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { sendMails } from '../../identity/notify.ts'
import { addBankAddresses } from '../../identity/parties/contact-store.ts'
import { endJourneysOf } from '../../identity/sessions/session-store.ts'
import type { Tools } from '../../identity/tools.ts'
import { parseEmail } from '../../values/email-address.ts'
import { readableName } from '../../values/person-name.ts'
import type { KindOfApproval } from '../approvals/approval-kinds.ts'
import { namedCustomers } from './customer-name-store.ts'
import { MERGED, voidEffect } from './messages.ts'
import { partyOfSubject } from './party-subject.ts'

/** What a proposal of this kind holds: the address to come. */
export interface ContactChange {
  email: string
  /** The one the bank held when it was proposed; null of none. Proposals of old do not say. */
  held?: string | null
}

const NO_CUSTOMER = 'Ese cliente resultó ser otro: búscalo y propón el cambio ahí.'

/** Another address in place of the one the bank holds, to which the codes of a first login go. */
export function contactChange(tools: Tools): KindOfApproval {
  return {
    name: 'Cambiar el correo que tiene el banco',

    async describe(db: Db, approvals) {
      const ids = approvals.map(({ subject }) => partyOfSubject(subject))
      const customers = await namedCustomers(db, ids)
      return approvals.map(({ subject, payload, decision }) => {
        const id = partyOfSubject(subject)
        const customer = customers.get(id)
        const href = `/interno/clientes/${id}`
        const { email, held } = payload as ContactChange
        const next = { term: 'Correo nuevo', text: email }
        if (!customer) {
          const effects = decision ? [next] : [next, voidEffect(NO_CUSTOMER)]
          return { about: { href, text: MERGED }, effects }
        }
        const now = { term: 'Correo de ahora', text: customer.bankAddress ?? 'Ninguno' }
        // What the bank holds today says nothing of what it held before the decision.
        const then =
          held === undefined ? [] : [{ term: 'Correo que tenía', text: held ?? 'Ninguno' }]
        const effects = [...(decision === null ? [now] : then), next]
        return { about: { href, text: readableName(customer.name) }, effects }
      })
    },

    async deed(tx, { subject, payload, proposedBy }, approver, now) {
      const { email } = payload as ContactChange
      const changes = [{ partyId: partyOfSubject(subject), email }]
      if ((await changeAddresses(tx, tools, changes, now)) === 0) return NO_CUSTOMER
      const entry = {
        actor: `login:${approver.loginId}`,
        action: 'contact.changed',
        subject,
        detail: { proposedBy },
      } as const
      await record(tx, tools.keys.audit, entry, now)
      return null
    },
  }
}

/**
 * Puts other addresses in place of those the bank holds; the old ones are told, and who is half
 * through a first login with one begins again.
 *
 * @returns of how many: whoever turned out to be another customer is left out
 */
export async function changeAddresses(
  tx: Tx,
  tools: Tools,
  changes: readonly { partyId: number; email: string }[],
  now: Date,
): Promise<number> {
  const ids = changes.map(({ partyId }) => partyId)
  const customers = await namedCustomers(tx, ids)
  const real = changes.filter(({ partyId }) => customers.has(partyId))
  await addBankAddresses(tx, real, now)
  await endJourneysOf(tx, ids, now)
  const former = [...customers].flatMap(([partyId, { name, bankAddress }]) => {
    const address = parseEmail(bankAddress ?? '')
    return address === null ? [] : [{ partyId, name, address }]
  })
  await sendMails(tx, tools, 'contact-changed', former, { at: now.toISOString() }, now)
  return real.length
}
