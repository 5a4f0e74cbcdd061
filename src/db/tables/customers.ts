import type { Generated } from 'kysely'

export interface CustomersTables {
  party_word: PartyWordTable
  customer_view: CustomerViewTable
  customer_load: CustomerLoadTable
}

/** A word of a party's name, as `wordsOf` makes it. */
interface PartyWordTable {
  word: string
  party_id: number
}

/** Somebody of the bank who looked at the portal as a customer sees it, why, and until when. */
interface CustomerViewTable {
  id: Generated<number>
  party_id: number
  login_id: number
  session_id: string
  reason: string
  started_at: string
  ends_at: string
  ended_at: string | null
}

/** A file of customers that somebody of the bank is loading, or loaded. */
interface CustomerLoadTable {
  id: Generated<number>
  login_id: number
  file_name: string
  /** Sealed: what will be done; null once it is, or is too old. */
  draft: string | null
  created_at: string
  confirmed_at: string | null
}
