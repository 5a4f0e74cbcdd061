import { record } from '../../../audit/audit-store.ts'
import { openWindows } from '../../../identity/parties/window-store.ts'
import type { Approval } from '../../../identity/staff/approvals/approval-store.ts'
import { CUSTOMERS } from '../../../identity/staff/rights.ts'
import type { Tools } from '../../../identity/tools.ts'
import { formatCount } from '../../../values/count.ts'
import { readableName } from '../../../values/person-name.ts'
import type { KindOfApproval } from '../../approvals/approval-kinds.ts'
import { changeAddresses } from '../change-contact.ts'
import { mergedAmong, namedCustomers } from '../customer-name-store.ts'
import { loadOfSubject } from './load-subject.ts'

/** What a proposal to open first logins holds. */
export type OpenedWindows = { partyIds: number[] }
/** What a proposal to change many addresses holds. */
export type ChangedContacts = {
  /** `held` as `ContactChange` has it. */
  changes: { partyId: number; email: string; held?: string | null }[]
}

const NAMED = 5

const NOBODY =
  'Todos ellos resultaron ser otros clientes: revísalos y propón de nuevo lo que haga falta.'

/** The first logins of all in a file who have never signed in. */
export function windowsOpening(tools: Tools): KindOfApproval {
  const { firstLogin } = tools.policy
  return {
    name: 'Abrir primeros ingresos',

    async describe(db, approvals) {
      const idsOf = ({ payload }: Approval) => (payload as OpenedWindows).partyIds
      const names = await namedCustomers(db, approvals.flatMap(firstOf(idsOf)))
      const merged = await mergedAmong(db, approvals.flatMap(waitingOf(idsOf)))
      return approvals.map((approval) => ({
        about: aboutLoad(approval),
        effects: [
          ...countsOf(idsOf(approval), merged),
          { term: 'Entre ellos', text: namesOf(idsOf(approval), names) },
          { term: 'Plazo', text: `${windowWords(firstLogin.windowHours)} desde que se apruebe` },
        ],
      }))
    },

    async deed(tx, { subject, payload, proposedBy }, approver, now) {
      const proposed = (payload as OpenedWindows).partyIds
      // Nobody signs in any more as one who turned out to be another customer.
      const merged = await mergedAmong(tx, proposed)
      const partyIds = proposed.filter((id) => !merged.has(id))
      if (partyIds.length === 0) return NOBODY
      const opening = { firstLogin: { ...firstLogin, receiptOpensWindow: true } }
      await openWindows(tx, partyIds, opening, now)
      const entry = {
        actor: `login:${approver.loginId}`,
        action: 'customers.windows-opened',
        subject,
        detail: { rows: partyIds.length, proposedBy },
      } as const
      await record(tx, tools.keys.audit, entry, now)
      return null
    },
  }
}

/** The addresses of all in a file of whom the bank holds others. */
export function contactsChange(tools: Tools): KindOfApproval {
  return {
    name: 'Cambiar los correos de una carga',

    async describe(db, approvals) {
      const changesOf = ({ payload }: Approval) => (payload as ChangedContacts).changes
      const idsOf = (approval: Approval) => changesOf(approval).map(({ partyId }) => partyId)
      const names = await namedCustomers(db, approvals.flatMap(firstOf(idsOf)))
      const merged = await mergedAmong(db, approvals.flatMap(waitingOf(idsOf)))
      return approvals.map((approval) => ({
        about: aboutLoad(approval),
        effects: [
          ...countsOf(idsOf(approval), merged),
          ...changesOf(approval)
            .slice(0, NAMED)
            .flatMap(({ partyId, email, held }) => {
              const customer = names.get(partyId)
              if (!customer) return []
              const from = approval.decision === null ? customer.bankAddress : held
              const text = from === undefined ? email : `${from ?? 'Ninguno'} → ${email}`
              return [{ term: readableName(customer.name), text }]
            }),
        ],
      }))
    },

    async deed(tx, { subject, payload, proposedBy }, approver, now) {
      const { changes } = payload as ChangedContacts
      const rows = await changeAddresses(tx, tools, changes, now)
      if (rows === 0) return NOBODY
      const entry = {
        actor: `login:${approver.loginId}`,
        action: 'contacts.changed',
        subject,
        detail: { rows, proposedBy },
      } as const
      await record(tx, tools.keys.audit, entry, now)
      return null
    },
  }
}

function windowWords(hours: number): string {
  if (hours % 24 !== 0) return `${hours} horas`
  return hours === 24 ? '1 día' : `${hours / 24} días`
}

function firstOf(idsOf: (approval: Approval) => number[]) {
  return (approval: Approval) => idsOf(approval).slice(0, NAMED)
}

/** Of what is decided it is not asked who was merged since. */
function waitingOf(idsOf: (approval: Approval) => number[]) {
  return (approval: Approval) => (approval.decision === null ? idsOf(approval) : [])
}

function countsOf(ids: readonly number[], merged: ReadonlySet<number>) {
  const left = ids.filter((id) => merged.has(id)).length
  const counted = { term: 'Clientes', text: formatCount(ids.length - left) }
  const text = `${formatCount(left)} que ${left === 1 ? 'se unió' : 'se unieron'} a otro cliente`
  return left === 0 ? [counted] : [counted, { term: 'Quedan fuera', text }]
}

function namesOf(ids: readonly number[], names: ReadonlyMap<number, { name: string }>): string {
  const shown = ids.slice(0, NAMED).flatMap((id) => names.get(id)?.name ?? [])
  return shown.map(readableName).join(', ')
}

function aboutLoad({ subject }: Approval) {
  const id = loadOfSubject(subject)
  return { href: `${CUSTOMERS}/carga/${id}`, text: `Carga de clientes ${id}` }
}
