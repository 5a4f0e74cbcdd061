import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { sendMail } from '../../identity/notify.ts'
import { addBankAddress } from '../../identity/parties/contact-store.ts'
import { endJourneysOf } from '../../identity/sessions/session-store.ts'
import type { Tools } from '../../identity/tools.ts'
import { readableName } from '../../values/person-name.ts'
import type { KindOfApproval } from '../approvals/approval-kinds.ts'
import { namedCustomers } from './customer-name-store.ts'
import { partyOfSubject } from './party-subject.ts'

/** What a proposal of this kind holds: the address to come. */
export interface ContactChange {
  email: string
}

const NO_CUSTOMER = 'Ese cliente resultó ser otro: búscalo y propón el cambio ahí.'

/**
 * Another address in place of the one the bank holds, to which the codes of a first login go: whoever
 * is half through one with the old address begins again, and the old address is told.
 */
export function contactChange(tools: Tools): KindOfApproval {
  return {
    name: 'Cambiar el correo que tiene el banco',

    async describe(db: Db, approvals) {
      const ids = approvals.map(({ subject }) => partyOfSubject(subject))
      const customers = await namedCustomers(db, ids)
      return approvals.map(({ subject, payload }) => {
        const id = partyOfSubject(subject)
        const customer = customers.get(id)
        return {
          about: { href: `/interno/clientes/${id}`, text: readableName(customer?.name ?? '') },
          effects: [
            { term: 'Correo de ahora', text: customer?.bankAddress ?? 'Ninguno' },
            { term: 'Correo nuevo', text: (payload as ContactChange).email },
          ],
        }
      })
    },

    async deed(tx, { subject, payload, proposedBy }, approver, now) {
      const partyId = partyOfSubject(subject)
      const customer = (await namedCustomers(tx, [partyId])).get(partyId)
      if (!customer) return NO_CUSTOMER
      const { name, bankAddress: former } = customer
      await addBankAddress(tx, partyId, (payload as ContactChange).email, now)
      await endJourneysOf(tx, partyId, now)
      if (former) {
        const who = { partyId, name, address: former }
        await sendMail(tx, tools, 'contact-changed', who, { at: now.toISOString() }, now)
      }
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
