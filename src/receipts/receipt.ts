import { environmentOf } from '../sri/access-key.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import { kindFacts } from '../sri/kinds.ts'
import type { Day } from '../values/day.ts'
import type { Cents } from '../values/money.ts'
import { cents } from '../values/money.ts'

/** Where a receipt («comprobante electrónico») stands with the tax authority. */
export type ReceiptStatus = 'authorized' | 'pending' | 'rejected' | 'annulled'

/** What a list shows of a receipt and a search filters it by. */
export interface ListedReceipt {
  readonly id: number
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
  /** `001-002-000018710` */
  readonly number: string
  readonly issuedOn: Day
  readonly issuerRuc: string
  readonly issuerName: string
  readonly concept: string
  /** As printed, never negative for being a credit note; a guía has none. */
  readonly totalCents: Cents | null
}

/** A receipt as one of its owners has it. */
export interface OwnedReceipt extends ListedReceipt {
  readonly partyId: number
  /** The number by which it names that owner. */
  readonly recipientNumber: string
}

interface StatusFacts {
  readonly status: ReceiptStatus
  /** How URLs say it. */
  readonly slug: string
  readonly name: string
  /** Class and icon of the small mark beside it. */
  readonly tone: '' | 'ok' | 'espera' | 'mal'
  readonly icon: string
}

/** Every status, in the order in which a filter offers them. */
export const receiptStatuses: readonly StatusFacts[] = [
  { status: 'authorized', slug: 'autorizado', name: 'Autorizado', tone: 'ok', icon: 'listo' },
  { status: 'pending', slug: 'proceso', name: 'En proceso', tone: 'espera', icon: 'reloj' },
  { status: 'rejected', slug: 'rechazado', name: 'No autorizado', tone: 'mal', icon: 'alerta' },
  { status: 'annulled', slug: 'anulado', name: 'Anulado', tone: '', icon: 'cerrar' },
]

const byStatus = new Map(receiptStatuses.map((facts) => [facts.status, facts]))
const bySlug = new Map(receiptStatuses.map((facts) => [facts.slug, facts]))

export function statusFacts(status: ReceiptStatus): StatusFacts {
  const facts = byStatus.get(status)
  if (facts === undefined) throw new Error(`Unknown status of a receipt: ${status}`)
  return facts
}

export function statusOfSlug(slug: string): ReceiptStatus | null {
  return bySlug.get(slug)?.status ?? null
}

/** What a receipt adds to a sum: a credit note takes away; null for a guía, which has no value. */
export function signedValue(receipt: Pick<ListedReceipt, 'kind' | 'totalCents'>): Cents | null {
  if (receipt.totalCents === null) return null
  return receipt.kind === 'credit-note' ? cents(-receipt.totalCents) : receipt.totalCents
}

/**
 * Whether its PDF and XML are handed out. What the SRI has not authorised proves nothing, so it is
 * shown but not given; what was annulled was a receipt once, and its PDF says that it is no more.
 */
export function isDownloadable(receipt: { readonly status: ReceiptStatus }): boolean {
  return receipt.status === 'authorized' || receipt.status === 'annulled'
}

/** Whether it was issued in the SRI's test environment, as digit 24 of its key says. */
export function isTest(receipt: { readonly accessKey: string }): boolean {
  return environmentOf(receipt.accessKey.charAt(23)) === 'test'
}

const FILE_WORDS: Readonly<Record<DocumentKind, string>> = {
  invoice: 'Factura',
  'purchase-settlement': 'Liquidacion-de-compra',
  'credit-note': 'Nota-de-credito',
  'debit-note': 'Nota-de-debito',
  'delivery-note': 'Guia-de-remision',
  withholding: 'Retencion',
}

const LIST_NAMES: Readonly<Record<DocumentKind, string>> = {
  invoice: 'Factura',
  'purchase-settlement': 'Liquidación',
  'credit-note': 'Nota de crédito',
  'debit-note': 'Nota de débito',
  'delivery-note': 'Guía de remisión',
  withholding: 'Retención',
}

/** What a row has room for; all of them are feminine, so «la retención», «la factura». */
export function listName(kind: DocumentKind): string {
  return LIST_NAMES[kind]
}

/** `Factura_001-002-000018710_2026-11-16`: plain letters, so that every system can store it. */
export function fileStem(receipt: Pick<ListedReceipt, 'kind' | 'number' | 'issuedOn'>): string {
  return `${FILE_WORDS[receipt.kind]}_${receipt.number}_${receipt.issuedOn}`
}

/** «Autorizada por el SRI» of a factura, «Anulado» of a comprobante: words that agree with it. */
export function statusSentence(receipt: Pick<ListedReceipt, 'kind' | 'status'>): string {
  const ending = kindFacts(receipt.kind).article === 'la' ? 'a' : 'o'
  switch (receipt.status) {
    case 'authorized':
      return `Autorizad${ending} por el SRI`
    case 'pending':
      return 'En proceso en el SRI'
    case 'rejected':
      return `No autorizad${ending} por el SRI`
    case 'annulled':
      return `Anulad${ending}`
  }
}
