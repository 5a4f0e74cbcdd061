export interface FeedTables {
  followed_party: FollowedPartyTable
  receipt_event: ReceiptEventTable
  receipt_event_head: ReceiptEventHeadTable
}

/** A party of whose receipts somebody wants to hear; from then on what happens to them is noted. */
interface FollowedPartyTable {
  party_id: number
  since: string
}

export type ReceiptEventKind =
  | 'kept'
  | 'authorized'
  | 'annulment-asked'
  | 'annulment-ended'
  | 'annulled'
  | 'withdrawn'

/** That something happened to a receipt; it says enough of the receipt to outlive it. */
interface ReceiptEventTable {
  party_id: number
  /** Its place among all events: who sees one has seen, or could have seen, all before it. */
  seq: number
  what: ReceiptEventKind
  access_key: string
  kind: string
  issued_on: string
  at: string
}

/** The number of the last event; one row. */
interface ReceiptEventHeadTable {
  id: number
  last: number
}
