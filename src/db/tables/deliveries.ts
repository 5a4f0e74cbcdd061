import type { Generated } from 'kysely'
import type { Stage } from './intake.ts'

export interface DeliveriesTables {
  bounce: BounceTable
  dead_address: DeadAddressTable
  digest_receipt: DigestReceiptTable
  lot_stage: LotStageTable
}

/** There is no such address; this mail was refused, whatever the reason; it is still being tried. */
export type BounceKind = 'gone' | 'refused' | 'late'

/** What a mail server reported of a mail that it had taken. */
interface BounceTable {
  id: Generated<number>
  mail_id: number
  /** SHA-256 of the report, so that the same one counts once. */
  message_hash: string
  kind: BounceKind
  /** `5.1.1` */
  code: string | null
  diagnostic: string
  at: string
}

/** An address that does not exist, in small letters, until somebody shows that it does. */
interface DeadAddressTable {
  id: Generated<number>
  address: string
  /** To whom the mail was that came back. */
  party_id: number | null
  answer: string
  died_at: string
}

/** A receipt that a daily summary told of. */
interface DigestReceiptTable {
  receipt_id: number
  mail_id: number
}

/** How many receipts of a lot stand where. */
interface LotStageTable {
  lot_id: number
  stage: Stage
  items: number
}
