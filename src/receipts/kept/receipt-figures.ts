import type { Figure } from '../../figures/figure.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import type { ReceiptStatus } from '../receipt.ts'

/** The figure of the receipts that came in on a day and are still there, whenever they were issued. */
export const LOADED = 'loaded'

export const RECEIPTS = 'receipts.'

/** The figure of the receipts that were issued on a day, by kind and by where they stand now. */
export function receiptFigure(kind: DocumentKind, status: ReceiptStatus): string {
  return `${RECEIPTS}${kind}.${status}`
}

/** What the figures are made from, as the receipt's row says it. */
export interface CountedReceipt {
  kind: string
  status: string
  issuedOn: string
  totalCents: number | null
}

/** That a receipt stands so, or, with -1, no longer does. */
export function standingFigure(receipt: CountedReceipt, times: 1 | -1): Figure {
  return {
    name: receiptFigure(receipt.kind as DocumentKind, receipt.status as ReceiptStatus),
    day: receipt.issuedOn as Day,
    value: times,
    cents: times * (receipt.totalCents ?? 0),
  }
}

/** That receipts came in at a moment, or, with a negative count, that they are gone again. */
export function loadedFigure(at: Date, count: number): Figure {
  return { name: LOADED, day: dayOf(at), value: count, cents: 0 }
}
