import type { DocumentKind } from '../kinds.ts'
import { kindFacts } from '../kinds.ts'
import { type CompiledGroup, compileModel } from './compile.ts'
import { creditNoteModel } from './credit-note.ts'
import { debitNoteModel } from './debit-note.ts'
import { deliveryNoteModel } from './delivery-note.ts'
import { invoiceModel } from './invoice.ts'
import type { ContentOf } from './model.ts'
import { purchaseSettlementModel } from './purchase-settlement.ts'
import { withholdingModel } from './withholding.ts'

const models = {
  invoice: invoiceModel,
  'purchase-settlement': purchaseSettlementModel,
  'credit-note': creditNoteModel,
  'debit-note': debitNoteModel,
  'delivery-note': deliveryNoteModel,
  withholding: withholdingModel,
} as const satisfies Record<DocumentKind, unknown>

type Models = typeof models

export type InvoiceContent = ContentOf<Models['invoice']>
export type PurchaseSettlementContent = ContentOf<Models['purchase-settlement']>
export type CreditNoteContent = ContentOf<Models['credit-note']>
export type DebitNoteContent = ContentOf<Models['debit-note']>
export type DeliveryNoteContent = ContentOf<Models['delivery-note']>
export type WithholdingContent = ContentOf<Models['withholding']>

/** A document of one kind: its version and, under the SRI's own names, what stands in it. */
export interface DocumentOf<Kind extends DocumentKind> {
  readonly kind: Kind
  /** The `version` attribute as printed; it does not pin a schema. */
  readonly version: string
  readonly content: ContentOf<Models[Kind]>
}

/** Any of the six documents; `kind` tells which, and with it the type of `content`. */
export type ReceiptDocument = { [Kind in DocumentKind]: DocumentOf<Kind> }[DocumentKind]

export type TaxInfo = NonNullable<InvoiceContent['infoTributaria']>

const anyVersion = new Map<DocumentKind, CompiledGroup>()
const byVersion = new Map<DocumentKind, Map<string, CompiledGroup>>()

/** Every element that any version of the kind knows: what a received document is read with. */
export function modelOfKind(kind: DocumentKind): CompiledGroup {
  const known = anyVersion.get(kind)
  if (known !== undefined) return known
  const compiled = compileModel(models[kind], null)
  anyVersion.set(kind, compiled)
  return compiled
}

/** The model of one version, for writing and judging; null when the kind has no such version. */
export function modelOfVersion(kind: DocumentKind, version: string): CompiledGroup | null {
  const ofKind = byVersion.get(kind) ?? new Map<string, CompiledGroup>()
  const known = ofKind.get(version)
  if (known !== undefined) return known
  if (!kindFacts(kind).versions.includes(version)) return null
  const compiled = compileModel(models[kind], version)
  byVersion.set(kind, ofKind.set(version, compiled))
  return compiled
}
