import type { Generated } from 'kysely'

export interface PracticeTables {
  firm: FirmTable
  firm_member: FirmMemberTable
  member_client: MemberClientTable
  access_request: AccessRequestTable
  access_grant: AccessGrantTable
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
