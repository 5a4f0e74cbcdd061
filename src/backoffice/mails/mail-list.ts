import type { Staff } from '../../identity/person.ts'
import { CUSTOMERS, MAILS, mayDo } from '../../identity/staff/rights.ts'
import { mailWordsOf } from '../../intake/lots/journey/messages.ts'
import { maskEmail } from '../../values/email-address.ts'
import { readableName } from '../../values/person-name.ts'
import { mailWords } from '../customers/messages.ts'
import type { DeadAddress, ListedMail } from './mail-list-store.ts'

interface Addressee {
  name: string
  /** Of their page; null for who is no customer. */
  href: string | null
  /** Masked. */
  address: string
}

/** A mail as the bank's people see it. */
export interface MailOnScreen {
  what: string
  receipt: string | null
  to: Addressee
  state: { text: string; tone: 'ok' | 'espera' | 'mal' | '' }
  at: Date
  attempts: number
  /** When it is tried again; null when it is not. */
  next: Date | null
  answer: string | null
  /** The address that sends it again; null when this person may not, or it makes no sense. */
  resend: string | null
  /** Where another address is proposed; null likewise. */
  change: string | null
  again: boolean
}

export function mailOnScreen(mail: ListedMail, { role }: Staff): MailOnScreen {
  const { id, status, bounce, again, attempts } = mail
  const back = status === 'failed' || bounce === 'gone' || bounce === 'refused'
  const ofReceipts = mail.reason.startsWith('receipt-') && mail.partyId !== null
  const mends = back && ofReceipts && !again
  const to = addressee(mail)
  return {
    what: mailWords(mail.reason),
    receipt: mail.receiptNumber,
    to,
    state: { text: mailWordsOf(mail), tone: back ? 'mal' : status === 'sent' ? 'ok' : 'espera' },
    at: mail.sentAt ?? mail.createdAt,
    attempts,
    next: status === 'pending' ? mail.nextAttemptAt : null,
    answer: mail.answer,
    resend: mends && mayDo(role, 'customers.help') ? `${MAILS}/${id}/reenvio` : null,
    change: back && mayDo(role, 'approvals.propose') ? changeOf(to) : null,
    again,
  }
}

/** A dead address as the bank's people see it. */
export interface DeadOnScreen {
  to: Addressee
  answer: string
  diedAt: Date
  /** The address that says it works; null for who may not. */
  revive: string | null
  change: string | null
}

export function deadOnScreen(dead: DeadAddress, { role }: Staff): DeadOnScreen {
  const to = addressee({ ...dead, name: dead.name ?? 'Persona del banco' })
  return {
    to,
    answer: dead.answer,
    diedAt: dead.diedAt,
    revive: mayDo(role, 'customers.help') ? `${MAILS}/muertos/${dead.id}/revision` : null,
    change: mayDo(role, 'approvals.propose') ? changeOf(to) : null,
  }
}

type Addressed = { partyId: number | null; name: string; address: string }

function addressee({ partyId, name, address }: Addressed): Addressee {
  const href = partyId === null ? null : `${CUSTOMERS}/${partyId}`
  return { name: readableName(name), href, address: maskEmail(address) }
}

function changeOf({ href }: Addressee): string | null {
  return href && `${href}#t-contactos`
}
