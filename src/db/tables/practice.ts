import type { Generated } from 'kysely'

export interface PracticeTables {
  firm: FirmTable
  firm_member: FirmMemberTable
  member_client: MemberClientTable
  access_request: AccessRequestTable
  access_grant: AccessGrantTable
  batch_query: BatchQueryTable
  batch_line: BatchLineTable
}

/** A firm of accountants, known to the bank. */
interface FirmTable {
  id: Generated<number>
  ruc: string
  name: string
  created_by: number
  created_at: string
}

/** An accountant's login, and the firm they work for. Never deleted: what they read refers to it. */
interface FirmMemberTable {
  login_id: number
  firm_id: number
  /** 1 for who sees every client and passes them on. */
  is_lead: number
  added_by: number
  added_at: string
  removed_at: string | null
}

/** A client of the firm that its lead passed on to a member. */
interface MemberClientTable {
  login_id: number
  party_id: number
  given_by: number
  given_at: string
}

/** A firm asks to read the receipts of a number, whoever that is. */
interface AccessRequestTable {
  id: Generated<number>
  firm_id: number
  /** Canonical. */
  number: string
  reason: string
  asked_by: number
  asked_at: string
  expires_at: string
  verdict: 'approved' | 'refused' | null
  decided_at: string | null
}

/** What a customer lets a firm read, and until when. It never lets anybody change anything. */
interface AccessGrantTable {
  id: Generated<number>
  party_id: number
  firm_id: number
  /** Only receipts that name the customer by this number; null is by any of theirs. */
  recipient_number: string | null
  /** Separated by commas; none is all. */
  kinds: string
  /** Days of issue, both included; null is open. */
  from_day: string | null
  to_day: string | null
  /** The last day on which the firm may read. */
  ends_on: string
  request_id: number | null
  granted_by: number
  granted_at: string
  renewed_by: number | null
  renewed_at: string | null
  revoked_by: number | null
  revoked_at: string | null
  /** The end of which its people were told that it is near. */
  told_ending_on: string | null
}

/** What an accountant asked for by the list. */
interface BatchQueryTable {
  id: Generated<number>
  login_id: number
  firm_id: number
  mode: 'period' | 'list' | 'file'
  title: string
  /** JSON: days and kinds of a period. */
  asked: string
  /** How many lines were asked, bad ones too. */
  lines: number
  created_at: string
  /** Null while it is being answered. */
  answered_at: string | null
  /** 1 when more is missing in the list than is written down. */
  missing_cut: number
}

/** One line of a query and its answer. Of a receipt only its key: what it says is read when shown. */
interface BatchLineTable {
  query_id: number
  /** By which lines are in order; a number that several receipts have takes the places behind it. */
  n: number
  /** As the file counts; null for what the list lacks. */
  line_row: number | null
  value: string
  access_key: string | null
  number: string | null
  issuer_ruc: string | null
  kind: string | null
  recipient: string | null
  stated_cents: number | null
  /** What is wrong or odd, and its cure. */
  remark: string
  verdict: string | null
  receipt_key: string | null
  party_id: number | null
  issued_on: string | null
  /** Of a client asked by period. */
  receipts: number | null
  cents: number | null
}
