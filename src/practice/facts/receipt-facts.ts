import type { ReceiptStatus } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { TaxLine } from '../../sri/taxes.ts'
import type { Day } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'

/** One thing sold, or one reason of a nota de débito. Numbers as printed. */
export interface LineFacts {
  readonly code: string
  readonly description: string
  readonly quantity: string
  readonly unitPrice: string
  readonly discount: Cents | null
  /** Without taxes; null for what is only carried. */
  readonly net: Cents | null
  readonly taxes: readonly TaxLine[]
}

/** The document that something was withheld from or that a note changes, as far as it is named. */
export interface RelatedDocument {
  /** `codDoc` of the SRI, two or three digits; empty when nothing is said. */
  readonly code: string
  /** `001-002-000018710`; null when it is none, such as zeros only. */
  readonly number: string | null
  readonly issuedOn: Day | null
}

/** One tax withheld, wherever the version keeps it. */
export interface WithheldFacts extends TaxLine {
  readonly support: RelatedDocument
}

/** A sale that somebody withheld from, as a withholding 2.0.0 describes it. */
export interface SupportFacts {
  readonly document: RelatedDocument
  readonly taxes: readonly TaxLine[]
}

export interface PaymentFacts {
  readonly form: string
  readonly total: Cents | null
}

/** What exports and annexes want of a document; all six kinds, one shape. */
export interface DocumentFacts {
  readonly issuerId: string
  readonly recipientIdType: string
  readonly recipientId: string
  readonly recipientName: string
  readonly net: Cents | null
  readonly discount: Cents | null
  readonly tip: Cents | null
  readonly taxes: readonly TaxLine[]
  readonly lines: readonly LineFacts[]
  readonly payments: readonly PaymentFacts[]
  /** What a nota changes. */
  readonly modified: RelatedDocument | null
  readonly reason: string
  readonly withheld: readonly WithheldFacts[]
  readonly supports: readonly SupportFacts[]
  /** `11/2026`, of a withholding. */
  readonly fiscalPeriod: string
  /** Sum of the bases that were paid for somebody else («reembolso»). */
  readonly reimbursedBase: Cents | null
}

/** Whose receipt it is, of those that an export was asked for. */
export interface Client {
  readonly taxId: string
  readonly name: string
}

/** A receipt to be exported: what is known of it, and what its document says. */
export interface ReceiptFacts {
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
  readonly number: string
  readonly issuedOn: Day
  readonly issuerRuc: string
  readonly issuerName: string
  readonly totalCents: Cents | null
  readonly authorizationNumber: string | null
  /** ISO, UTC. */
  readonly authorizedAt: string | null
  readonly client: Client
  /** Null when there is no file, or none that can be read. */
  readonly document: DocumentFacts | null
}

/** Receipts as they come, some at a time. */
export type FactsBatches = AsyncIterable<readonly ReceiptFacts[]>

/** What one taxpayer received in one month, `2026-11`. */
export interface TaxpayerMonth {
  readonly client: Client
  readonly month: string
  readonly batches: FactsBatches
}

/** What an export is made of: all of it as it comes, or by taxpayer and month. Only one of them is read. */
export interface ExportSource {
  all(): FactsBatches
  months(): AsyncIterable<TaxpayerMonth>
}
