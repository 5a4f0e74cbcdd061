import type { Generated } from 'kysely'

export interface ReceiptsTables {
  receipt: ReceiptTable
  receipt_document: ReceiptDocumentTable
  receipt_tax: ReceiptTaxTable
  receipt_owner: ReceiptOwnerTable
  receipt_day: ReceiptDayTable
  receipt_conflict: ReceiptConflictTable
  receipt_reading: ReceiptReadingTable
  document_dictionary: DocumentDictionaryTable
  digest_item: DigestItemTable
  saved_search: SavedSearchTable
  followed_party: FollowedPartyTable
  receipt_event: ReceiptEventTable
  receipt_event_head: ReceiptEventHeadTable
  receipt_event_day: ReceiptEventDayTable
}

interface ReceiptTable {
  id: Generated<number>
  access_key: string
  kind: string
  version: string
  environment: 'test' | 'production'
  status: 'authorized' | 'pending' | 'rejected' | 'annulled'
  number: string
  issuer_ruc: string
  issuer_name: string
  issued_on: string
  authorization_number: string | null
  authorized_at: string | null
  recipient_name: string
  recipient_number: string
  total_cents: number | null
  concept: string
  warnings: string
  file_name: string
  loaded_at: string
  /** `verified`, or the code of the fault; null until somebody has looked. */
  signature_code: string | null
  /** Why it does not hold, in Spanish. */
  signature_fault: string | null
  /** As its certificate says. */
  signer_name: string | null
  signer_ruc: string | null
  /** ISO. */
  signed_at: string | null
  /** How many rows of `receipt_tax` it has; null until somebody has written them. */
  tax_lines: number | null
}

/** The file as it was received, compressed; served and judged byte for byte. */
interface ReceiptDocumentTable {
  receipt_id: number
  sha256: string
  size: number
  dictionary_id: number | null
  bytes: Uint8Array
}

/** What a receipt charges or withholds of one tax at one rate. */
interface ReceiptTaxTable {
  receipt_id: number
  /** From 0, in the order of the document. */
  place: number
  tax: string
  /** As printed; empty where none is. */
  rate_code: string
  /** Basis points; null where no percentage applies. */
  rate_bp: number | null
  base_cents: number
  amount_cents: number
}

/**
 * Whose a receipt is. It repeats what a list shows and filters by, so that a customer's page is read
 * from this one index, in order, whatever the size of the bank.
 */
interface ReceiptOwnerTable {
  party_id: number
  issued_on: string
  receipt_id: number
  kind: string
  status: string
  total_cents: number | null
  access_key: string
  number: string
  issuer_ruc: string
  issuer_name: string
  concept: string
  search_text: string
  /** The number by which it names this owner: cédula, RUC or another. */
  recipient_number: Generated<string>
}

/** What the rows of `receipt_owner` with these four add up to; those without a value add nothing. */
interface ReceiptDayTable {
  party_id: number
  issued_on: string
  kind: string
  status: string
  receipts: number
  cents: number
}

/** Another file that came with the access key of a stored receipt, kept for staff to look at. */
interface ReceiptConflictTable {
  id: Generated<number>
  access_key: string
  sha256: string
  size: number
  dictionary_id: number | null
  bytes: Uint8Array
  file_name: string
  loaded_at: string
}

/** Who looked at or downloaded which receipt. */
export interface ReceiptReadingTable {
  id: Generated<number>
  receipt_id: number
  login_id: number
  session_id: string
  action: 'page' | 'pdf' | 'xml' | 'zip' | 'csv'
  at: string
  /** Of somebody of the bank who looked as the customer sees it; null for the customer's own. */
  view_id: number | null
  /** Of an accountant, by what a customer let their firm read; null for everybody else. */
  grant_id: number | null
}

/** A compression dictionary; documents name the one they need, so none is ever changed. */
interface DocumentDictionaryTable {
  id: number
  bytes: Uint8Array
  created_at: string
}

/** A receipt waiting for the daily summary of a login that prefers one mail a day. */
interface DigestItemTable {
  login_id: number
  receipt_id: number
  created_at: string
}

interface SavedSearchTable {
  id: Generated<number>
  login_id: number
  name: string
  query: string
  created_at: string
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
  /** By which number the receipt names the party: some may read only what is of one. */
  recipient_number: string
  at: string
}

/** The number of the last event; one row. */
interface ReceiptEventHeadTable {
  id: number
  last: number
  /** Those up to this number are there no more. */
  forgotten: Generated<number>
}

/** How far the events were at the end of a day, or when it was last looked. */
interface ReceiptEventDayTable {
  day: string
  last: number
}
