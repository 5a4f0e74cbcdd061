import type { ReceiptMail } from '../../outbox/queue-store.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatDay, formatInstant } from '../../values/day.ts'
import { maskEmail } from '../../values/email-address.ts'
import { readableName } from '../../values/person-name.ts'
import type { Link } from '../../web/pages/brand.ts'
import {
  BEING_CORRECTED,
  MAIL_RETURNED,
  NOT_AUTHORIZED,
  TO_OWN_ADDRESS,
  WAIT_FOR_FILES,
} from '../messages.ts'
import type { BankReading, FirmReading, ReadingSummary } from '../reading-store.ts'
import type { StoredReceipt } from '../receipt-store.ts'

/** A step of what happened to a receipt, as its page tells it. */
export interface StoryStep {
  readonly title: string
  readonly tone: '' | 'ok' | 'espera' | 'mal'
  /** For machines: an instant or a day. */
  readonly at: string
  /** For people: «16 nov 2026, 10:42:14». */
  readonly when: string
  readonly note: string
  /** Where what the note says can be done. */
  readonly link?: Link
}

/** What is known of a receipt besides its own record. */
interface KnownOfReceipt {
  readonly mails: readonly ReceiptMail[]
  readonly readings: readonly ReadingSummary[]
  readonly bank?: readonly BankReading[]
  readonly firms?: readonly FirmReading[]
}

/** From the receipt's own record, the outbox and the read log: nothing here is anybody's guess. */
export function storyOf(receipt: StoredReceipt, known: KnownOfReceipt): StoryStep[] {
  const { mails, readings, bank = [], firms = [] } = known
  const ending = kindFacts(receipt.kind).article === 'la' ? 'a' : 'o'
  const steps = [
    ...official(receipt, ending),
    ...mails.flatMap((mail) => mailSteps(mail, ending)),
    ...readings.flatMap((reading) => readingSteps(reading, ending)),
    ...bank.map(bankStep),
    ...firms.map(firmStep),
  ]
  // A day without an hour sorts before the hours of that day, as issuing comes before the rest.
  return steps.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

const order = ({ at }: StoryStep) => (at.length === 10 ? `${at}T00:00:00.000Z` : utc(at))

function utc(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? at : time.toISOString()
}

function official(receipt: StoredReceipt, ending: string): StoryStep[] {
  const issued: StoryStep = {
    title: `Emitid${ending}`,
    tone: 'ok',
    at: receipt.issuedOn,
    when: formatDay(receipt.issuedOn),
    note: '',
  }
  const steps = [issued]
  if (receipt.authorizedAt !== null) {
    steps.push(step(`Autorizad${ending} por el SRI`, 'ok', receipt.authorizedAt))
  }
  steps.push(step(`Recibid${ending} en este portal`, 'ok', receipt.loadedAt))
  if (receipt.status === 'pending') {
    const note = WAIT_FOR_FILES
    steps.push({ ...step('En revisión en el SRI', 'espera', receipt.loadedAt), note, when: '' })
  }
  if (receipt.status === 'rejected') {
    const note = BEING_CORRECTED
    steps.push({ ...step(NOT_AUTHORIZED, 'mal', receipt.loadedAt), note, when: '' })
  }
  return steps
}

function mailSteps(mail: ReceiptMail, ending: string): StoryStep[] {
  const address = maskEmail(mail.address)
  const lost = { note: `${address}. ${MAIL_RETURNED}`, link: TO_OWN_ADDRESS }
  if (mail.status === 'failed') {
    return [{ ...step('No pudimos entregar el correo', 'mal', mail.createdAt), ...lost }]
  }
  if (mail.status !== 'sent') {
    return [{ ...step('Correo en camino', 'espera', mail.createdAt), note: address }]
  }
  const sent = step(`Enviad${ending} a tu correo`, 'ok', mail.sentAt ?? mail.createdAt)
  if (mail.returnedAt === null) return [{ ...sent, note: address }]
  return [
    { ...sent, tone: '', note: address },
    { ...step('El correo no se pudo entregar', 'mal', mail.returnedAt), ...lost },
  ]
}

const FILE_VERBS = {
  pdf: 'Descargaste el PDF',
  xml: 'Descargaste el XML',
  zip: 'Descargaste en un ZIP',
  csv: 'Descargaste en una tabla',
} as const

function readingSteps(reading: ReadingSummary, ending: string): StoryStep[] {
  const { action, count, firstAt, lastAt } = reading
  if (action === 'page') {
    const pronoun = ending === 'a' ? 'La' : 'Lo'
    return [step(`${pronoun} viste por primera vez`, '', firstAt)]
  }
  const note = count > 1 ? `${count} veces; esta es la última` : ''
  return [{ ...step(FILE_VERBS[action], '', lastAt), note }]
}

const BANK_VERBS = {
  page: 'El banco vio este comprobante',
  pdf: 'El banco descargó el PDF',
  xml: 'El banco descargó el XML',
  zip: 'El banco descargó un ZIP',
  csv: 'El banco descargó una tabla',
} as const

function bankStep({ action, reason, at }: BankReading): StoryStep {
  return { ...step(BANK_VERBS[action], '', at), note: `Motivo: ${reason}` }
}

const FIRM_VERBS = {
  page: 'vio este comprobante',
  pdf: 'descargó el PDF',
  xml: 'descargó el XML',
  zip: 'lo descargó en un ZIP',
  csv: 'lo descargó en una tabla',
} as const

/** Where whatever a firm saw is told, lists too. */
const ALL_READINGS = { href: '/perfil/accesos/lecturas', text: 'Ver todas sus lecturas' }

function firmStep({ action, person, firm, count, lastAt }: FirmReading): StoryStep {
  const times = count > 1 ? `. ${count} veces; esta es la última` : ''
  const title = `${readableName(person)} ${FIRM_VERBS[action]}`
  const note = `De ${firm}, con el acceso que le diste${times}`
  return { ...step(title, '', lastAt), note, link: ALL_READINGS }
}

function step(title: string, tone: StoryStep['tone'], at: string): StoryStep {
  return { title, tone, at, when: clock(at), note: '' }
}

function clock(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? at : formatInstant(time)
}
