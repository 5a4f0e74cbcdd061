import type { Generated } from 'kysely'

export interface AnnulmentsTables {
  annulment: AnnulmentTable
}

/**
 * `asked`: the SRI knows of nothing yet; `consent`: it waits for the other side; then how it ended:
 * annulled, refused by the other side, or never asked for in time.
 */
export type AnnulmentState = 'asked' | 'consent' | 'annulled' | 'refused' | 'lapsed'

/** That somebody of the bank asked the SRI to annul a receipt; one at a time. */
interface AnnulmentTable {
  id: Generated<number>
  receipt_id: number
  reason: string
  needs_consent: number
  /** On which it closes; null where there is none. */
  last_day: string | null
  asked_by: number
  asked_at: string
  state: AnnulmentState
  /** What the SRI said last, in its words; empty before. */
  answer: string
  checked_at: string | null
  /** When the SRI is asked again; null once it has ended. */
  next_check_at: string | null
  ended_at: string | null
}
