import type { ReceiptEventKind } from '../../db/tables/receipts.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'

/** Something that happened to a receipt of somebody whom others follow. */
export interface ReceiptEvent {
  /** Events are read in the order of it, and none ever comes to stand before one that was read. */
  readonly seq: number
  readonly what: ReceiptEventKind
  readonly partyId: number
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly issuedOn: Day
  readonly at: Date
}
