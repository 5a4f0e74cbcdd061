import type { Db } from '../../db/open.ts'
import { CUSTOMERS, ISSUANCES, LOTS, RECEIPTS } from '../../identity/staff/rights.ts'
import { formatLotNumber } from '../../intake/lots/lot.ts'
import { annulmentsOf } from '../../issuing/annulments/annulment-store.ts'
import { ANNULMENT_WORDS } from '../../issuing/annulments/messages.ts'
import { issuanceOfReceipt } from '../../issuing/issuance/issuance-id-store.ts'
import { statusFacts } from '../../receipts/receipt.ts'
import { signatureOf } from '../../receipts/signatures/judge-receipts.ts'
import type { SignatureOnScreen } from '../../receipts/signatures/signature-verdict.ts'
import { verdictOnScreen } from '../../receipts/signatures/signature-verdict.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { formatDay } from '../../values/day.ts'
import { maskEmail } from '../../values/email-address.ts'
import { cents, formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import { maskTaxId } from '../../values/tax-id.ts'
import type { StoryStep } from '../issuances/issuance-page.ts'
import { storyOf } from '../issuances/issuance-page.ts'
import type { NoteOnScreen } from './credit-note-page.ts'
import { notesOnScreen } from './credit-note-page.ts'
import type { StaffReceipt } from './staff-receipt-store.ts'
import {
  lotOfReceipt,
  mailsOfReceipt,
  ownersOf,
  putAsideOf,
  readersOfReceipt,
} from './staff-receipt-store.ts'

/** A receipt in a list of the bank's people. */
export interface StaffReceiptRow {
  readonly href: string
  readonly title: string
  readonly recipient: string
  readonly recipientNumber: string
  readonly issued: string
  readonly total: string
  readonly status: { readonly name: string; readonly tone: string }
}

export function receiptRow(receipt: StaffReceipt): StaffReceiptRow {
  return {
    href: `${RECEIPTS}/${receipt.accessKey}`,
    title: titleOf(receipt),
    recipient: readableName(receipt.recipientName),
    recipientNumber: maskTaxId(receipt.recipientNumber),
    issued: formatDay(receipt.issuedOn),
    total: totalOf(receipt),
    status: statusFacts(receipt.status),
  }
}

/** Something in the life of a receipt, as its timeline tells it. */
interface Step {
  readonly tone: 'ok' | 'espera' | 'mal' | ''
  readonly text: string
  readonly detail: string
  readonly at: Date
}

/** Everything that the page of one receipt prints for the bank's people. */
export interface StaffReceiptPage extends StaffReceiptRow {
  readonly key: string
  readonly facts: readonly { term: string; text: string }[]
  readonly owners: readonly { href: string; name: string }[]
  readonly lot: { href: string; text: string } | null
  readonly warnings: readonly string[]
  readonly steps: readonly Step[]
  /** How it went to the SRI and came back, when it is one that we issued. */
  readonly technical: { readonly href: string; readonly steps: readonly StoryStep[] } | null
  readonly signature: SignatureOnScreen
  /** Of an invoice. */
  readonly notes: readonly NoteOnScreen[]
  /** Its annulment was asked for, and has not ended. */
  readonly annulling: { readonly name: string; readonly tone: string } | null
  readonly aside: readonly { href: string; name: string; at: Date }[]
}

const MAILS_SHOWN = 50
const READERS_SHOWN = 50

const MAIL_STEPS = {
  pending: ['Correo en cola', 'espera'],
  sending: ['Correo saliendo', 'espera'],
  sent: ['Correo enviado', 'ok'],
  failed: ['Correo que no llegó', 'mal'],
} as const

const READING_WORDS = {
  page: 'lo abrió',
  pdf: 'descargó el PDF',
  xml: 'descargó el XML',
  zip: 'lo descargó en un ZIP',
  csv: 'lo descargó en una tabla',
} as const

export async function staffReceiptPage(db: Db, receipt: StaffReceipt): Promise<StaffReceiptPage> {
  const { id, accessKey, warnings } = receipt
  const owners = await ownersOf(db, id)
  const lot = await lotOfReceipt(db, id)
  const aside = await putAsideOf(db, accessKey)
  return {
    ...receiptRow(receipt),
    key: accessKey,
    facts: factsOf(receipt),
    owners: owners.map((owner) => ({
      href: `${CUSTOMERS}/${owner.id}`,
      name: readableName(owner.name),
    })),
    lot: lot && { href: `${LOTS}/${formatLotNumber(lot)}`, text: formatLotNumber(lot) },
    warnings: warnings.map(({ field, message }) => `${field}: ${message}`),
    steps: await stepsOf(db, receipt),
    technical: await issuedAs(db, id),
    notes: await notesOnScreen(db, receipt),
    annulling: await annullingOf(db, id),
    signature: verdictOnScreen(await signatureOf(db, id)),
    aside: aside.map(({ id: file, fileName, loadedAt }) => ({
      href: `${RECEIPTS}/apartados/${file}.xml`,
      name: fileName,
      at: loadedAt,
    })),
  }
}

async function issuedAs(db: Db, receiptId: number): Promise<StaffReceiptPage['technical']> {
  const issuanceId = await issuanceOfReceipt(db, receiptId)
  if (issuanceId === null) return null
  return { href: `${ISSUANCES}/${issuanceId}`, steps: await storyOf(db, issuanceId) }
}

/** How an annulment that has not ended stands; null when there is none. */
async function annullingOf(db: Db, receiptId: number): Promise<StaffReceiptPage['annulling']> {
  const [last] = await annulmentsOf(db, receiptId)
  if (!last || last.endedAt !== null) return null
  const { name, tone } = ANNULMENT_WORDS[last.state]
  return { name, tone }
}

async function stepsOf(db: Db, receipt: StaffReceipt): Promise<Step[]> {
  const mails = await mailsOfReceipt(db, receipt.id, MAILS_SHOWN)
  const readers = await readersOfReceipt(db, receipt.id, READERS_SHOWN)
  const { authorizedAt, loadedAt, fileName } = receipt
  const steps: Step[] = [
    { tone: 'ok', text: 'Cargado en el portal', detail: fileName, at: loadedAt },
    ...mails.map(({ address, status, attempts, answer, createdAt, sentAt }): Step => {
      const [text, tone] = MAIL_STEPS[status]
      const tries = attempts > 1 ? `, ${attempts} intentos` : ''
      const said = answer && status !== 'sent' ? `: ${answer}` : ''
      const detail = `${maskEmail(address)}${tries}${said}`
      return { tone, text, detail, at: sentAt ?? createdAt }
    }),
    ...readers.map(({ name, action, count, firstAt }): Step => {
      const text = `${readableName(name)} ${READING_WORDS[action]}`
      const detail = count === 1 ? '' : `${formatCount(count)} veces`
      return { tone: '', text, detail, at: firstAt }
    }),
  ]
  for (const annulment of await annulmentsOf(db, receipt.id)) {
    const { state, reason, askedAt, endedAt } = annulment
    const asked = ANNULMENT_WORDS.asked.name
    steps.push({ tone: 'espera', text: asked, detail: reason, at: askedAt })
    const { name, tone, about } = ANNULMENT_WORDS[state]
    if (endedAt) steps.push({ tone, text: name, detail: about, at: endedAt })
  }
  if (authorizedAt) {
    const detail = receipt.authorizationNumber ?? ''
    steps.push({ tone: 'ok', text: 'Autorizado por el SRI', detail, at: new Date(authorizedAt) })
  }
  return steps.sort((one, other) => one.at.getTime() - other.at.getTime())
}

function factsOf(receipt: StaffReceipt): { term: string; text: string }[] {
  const { issuerName, issuerRuc, concept, recipientName, recipientNumber } = receipt
  return [
    { term: 'Emisor', text: `${issuerName}, RUC ${issuerRuc}` },
    { term: 'Receptor', text: `${readableName(recipientName)}, ${recipientNumber}` },
    { term: 'Emisión', text: formatDay(receipt.issuedOn) },
    { term: 'Valor', text: totalOf(receipt) || 'Sin valor' },
    { term: 'Concepto', text: concept },
    { term: 'Estado en el SRI', text: statusFacts(receipt.status).name },
  ]
}

function titleOf({ kind, number }: StaffReceipt): string {
  return `${kindFacts(kind).name} ${number}`
}

function totalOf({ totalCents }: StaffReceipt): string {
  return totalCents === null ? '' : formatMoney(cents(totalCents))
}
