import type { DocumentKind } from '../sri/kinds.ts'

/** A name and what stands beside it, both ready to print. */
export interface Pair {
  readonly label: string
  readonly value: string
}

/** `grow` 0 keeps the column as narrow as its text; others share what is left by their number. */
export interface Column {
  readonly label: string
  readonly align: 'start' | 'end'
  readonly grow: number
}

/** One cell per column; `notes` stand under the cell of the table's `main` column. */
export interface Row {
  readonly cells: readonly string[]
  readonly notes: readonly string[]
}

export interface Table {
  readonly columns: readonly Column[]
  /** The index of the column that carries the notes and names the row. */
  readonly main: number
  readonly rows: readonly Row[]
}

/** A titled part of the sheet: pairs first, then a table; either may be absent. */
export interface Block {
  readonly title: string
  readonly pairs: readonly Pair[]
  readonly table: Table | null
}

/** `strong` is the figure that a reader looks for. */
export interface Total {
  readonly label: string
  readonly value: string
  readonly strong: boolean
}

export interface Issuer {
  readonly name: string
  readonly tradeName: string | null
  readonly ruc: string
  readonly facts: readonly Pair[]
  /** Printed as the document says them: RIMPE, microenterprises. */
  readonly legends: readonly string[]
}

export interface PrintedAuthorization {
  readonly status: 'authorized' | 'rejected' | 'in-process' | null
  readonly number: string
  /** `16/11/2026 10:42:14`, or null when nobody has said it. */
  readonly at: string | null
  /** The same moment as it was given, ISO 8601. */
  readonly instant: string | null
  /** What a person should know, or null when the document is authorised and dated. */
  readonly sentence: string | null
}

/**
 * Everything that is printed of a receipt, in reading order and in Spanish: plain data, so that
 * the PDF and the page on screen cannot disagree.
 */
export interface RideSheet {
  readonly kind: DocumentKind
  readonly version: string
  readonly environment: 'test' | 'production' | null
  /** `Factura`; the PDF prints it in capitals. */
  readonly name: string
  /** `001-002-000018710`. */
  readonly number: string
  /** The 49 digits, or empty when the document has none. */
  readonly accessKey: string
  /** ISO day of issue (`2026-11-16`; for a guía, of the start of transport) or null. */
  readonly issuedOn: string | null
  readonly authorization: PrintedAuthorization
  readonly issuer: Issuer
  /** The right-hand box below name and number: R.U.C., authorisation, environment, emission. */
  readonly header: readonly Pair[]
  /** The second box: who receives, or who carries. */
  readonly party: Block
  /** The lines, and whatever else goes across the whole sheet. */
  readonly body: readonly Block[]
  /** Payments, third parties' items and other small tables, beside the totals. */
  readonly aside: readonly Block[]
  readonly totals: readonly Total[]
  /** Every campoAdicional, in order. */
  readonly additional: readonly Pair[]
  /** The words across a sheet that proves nothing, or null. */
  readonly stamp: string | null
}

/** What differs from one kind of document to another. */
export interface KindParts {
  readonly party: Block
  readonly body: readonly Block[]
  readonly totals: readonly Total[]
}

/** What the SRI answered about the document, as far as it is known. */
export interface Authorization {
  /** 49 digits (equal to the key), 37 in the old scheme, or null. */
  readonly number: string | null
  /** ISO 8601 with its offset, or null. */
  readonly at: string | null
  readonly status: 'authorized' | 'rejected' | 'in-process' | null
}
