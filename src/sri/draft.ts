import { type Day, printSriDate } from '../values/day.ts'
import type { Cents } from '../values/money.ts'
import type { ReceiptDocument, TaxInfo } from './documents/document.ts'
import type { DocumentKind } from './kinds.ts'

/**
 * A receipt that waits to be issued («por emitir»): all that it says of the other side, and nothing
 * of the issuer, its number or its key. Plain data: amounts and quantities are decimals in text.
 */
export interface ReceiptDraft {
  /** Who issues it; missing means the only issuer that there is. */
  readonly issuerRuc?: string
  /** The day in the key, too; a guía prints it nowhere else. */
  readonly issuedOn: Day
  /** Where it is to be issued; null leaves it to the issuer. */
  readonly series: { readonly establishment: string; readonly issuePoint: string } | null
  readonly email: string | null
  /** What is paid, or withheld; null for a guía. */
  readonly totalCents: Cents | null
  /** A charge of the bank, whose buyer must have a name; missing means that it is none. */
  readonly isFee?: true
  /** Without `infoTributaria` and without what a document says of its issuer elsewhere. */
  readonly document: ReceiptDocument
}

/** What a document says of its issuer besides `infoTributaria`. */
export interface IssuerFacts {
  readonly dirEstablecimiento?: string
  readonly contribuyenteEspecial?: string
  readonly obligadoContabilidad?: string
}

/** The element that holds them. */
const INFO = {
  invoice: 'infoFactura',
  'purchase-settlement': 'infoLiquidacionCompra',
  'credit-note': 'infoNotaCredito',
  'debit-note': 'infoNotaDebito',
  'delivery-note': 'infoGuiaRemision',
  withholding: 'infoCompRetencion',
} as const satisfies Record<DocumentKind, string>

/** The document of a draft once its number and key are known. */
export function completeDraft(
  { document }: ReceiptDraft,
  infoTributaria: TaxInfo,
  issuer: IssuerFacts,
): ReceiptDocument {
  const info = INFO[document.kind]
  const content = document.content as Readonly<Record<string, object>>
  return {
    ...document,
    content: { ...content, infoTributaria, [info]: { ...issuer, ...content[info] } },
  } as ReceiptDocument
}

/** The element that holds what a kind of document says of its day and its other side. */
export function infoOf(kind: DocumentKind): string {
  return INFO[kind]
}

/** A draft on another day, in the document too where it prints one. */
export function dateDraft(draft: ReceiptDraft, issuedOn: Day): ReceiptDraft {
  const { document } = draft
  const content = document.content as Readonly<Record<string, object>>
  const info = content[INFO[document.kind]] ?? {}
  if (!('fechaEmision' in info)) return { ...draft, issuedOn }
  const dated = { ...info, fechaEmision: printSriDate(issuedOn) }
  const changed = { ...document, content: { ...content, [INFO[document.kind]]: dated } }
  return { ...draft, issuedOn, document: changed as ReceiptDocument }
}
