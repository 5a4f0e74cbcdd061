import type { Generated } from 'kysely'

export interface OutboxTables {
  mail: MailTable
}

export type MailStatus = 'pending' | 'sending' | 'sent' | 'failed'

/** Mail that must leave; `subject_key` makes it unique per receipt, recipient and reason. */
interface MailTable {
  id: Generated<number>
  subject_key: string
  reason: string
  party_id: number | null
  receipt_id: number | null
  to_address: string
  to_name: string
  /** Sealed; empty when the composer needs nothing more, and once the mail is done with. */
  payload: string
  urgent: Generated<number>
  status: Generated<MailStatus>
  attempts: Generated<number>
  created_at: string
  next_attempt_at: string
  expires_at: string | null
  claimed_by: string | null
  claimed_until: string | null
  sent_at: string | null
  answer: string | null
}
