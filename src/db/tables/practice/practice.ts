import type { Generated } from 'kysely'
import type { ReceiptReadingTable } from '../receipts.ts'

export interface PracticeTables {
  firm: FirmTable
  firm_member: FirmMemberTable
  member_client: MemberClientTable
  access_request: AccessRequestTable
  access_grant: AccessGrantTable
  grant_use: GrantUseTable
  package: PackageTable
  package_part: PackagePartTable
  month_seal: MonthSealTable
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

/** What a reader did by a grant on a day in one way. */
interface GrantUseTable {
  grant_id: number
  /** In Guayaquil. */
  day: string
  login_id: number
  /** The key of the program; 0 for the person of the login. */
  api_key_id: number
  way: GrantUseWay
  /** Of what is counted one by one; 0 of what is only looked at. */
  receipts: number
  /** The last time of what is counted, and the first of the rest. */
  at: string
}

/** What is opened or fetched receipt by receipt, and what only shows them. */
export type GrantUseWay =
  | ReceiptReadingTable['action']
  | 'list'
  | 'sums'
  | 'batch'
  | 'api'
  | 'events'
  | 'webhook'

/** Receipts that somebody asked for in one file, or in several parts of one. */
interface PackageTable {
  id: Generated<number>
  login_id: number
  /** In which session it was asked for: what its readings are written down with. */
  session_id: string
  /** The key whose program asked for it; null for what a person did. */
  api_key_id: number | null
  /** JSON: whose receipts, of which kinds and days, whoever asked might see then. */
  scope: string
  /** The search of the list, with its days written out. */
  query: string
  format: 'pdf' | 'xml' | 'ambos'
  /** One PDF of all: beside the files of each receipt, or instead of their PDFs. */
  merged: 'beside' | 'instead' | null
  status: 'making' | 'ready' | 'cancelled' | 'failed'
  parts: number
  /** As counted when it was asked for. */
  receipts: number
  /** Under `DATA_DIR/packages`; null once it is gone, or on its way there. */
  folder: string | null
  problem: string | null
  requested_at: string
  ended_at: string | null
  expires_at: string | null
}

/** A finished file of a package. */
interface PackagePartTable {
  package_id: number
  n: number
  receipts: number
  missing: number
  bytes: number
  sha256: string
}

/** What a party had in a month that can no longer change. What came later is another edition. */
interface MonthSealTable {
  party_id: number
  /** `2026-10` */
  month: string
  edition: number
  receipts: number
  /** JSON: how many of each kind and state, and what they add up to. */
  sums: string
  /** SHA-256 of the lines `key hash state` in the order of the keys. */
  root: string
  /** JSON: keys that came after the edition before. */
  added: string
  sealed_at: string
}
