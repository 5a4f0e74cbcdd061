import type { Db } from '../../db/open.ts'
import type { MailStatus } from '../../db/tables/outbox.ts'

/** An address that the bank or the customer gave, now or formerly. */
interface ContactEntry {
  value: string
  source: 'bank' | 'customer'
  createdAt: Date
  confirmedAt: Date | null
  replacedAt: Date | null
}

/** The addresses of a party, the newest first. */
export async function contactsOf(db: Db, partyId: number, limit: number): Promise<ContactEntry[]> {
  const rows = await db
    .selectFrom('contact')
    .select(['value', 'source', 'created_at', 'confirmed_at', 'replaced_at'])
    .where('party_id', '=', partyId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    value: row.value,
    source: row.source,
    createdAt: new Date(row.created_at),
    confirmedAt: row.confirmed_at === null ? null : new Date(row.confirmed_at),
    replacedAt: row.replaced_at === null ? null : new Date(row.replaced_at),
  }))
}

/** A mail to a customer, as far as it is anybody else's business. */
interface MailEntry {
  id: number
  reason: string
  address: string
  status: MailStatus
  createdAt: Date
  sentAt: Date | null
}

/** The mails to a party, the newest first. */
export async function mailsOfParty(db: Db, partyId: number, limit: number): Promise<MailEntry[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['id', 'reason', 'to_address', 'status', 'created_at', 'sent_at'])
    .where('party_id', '=', partyId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    address: row.to_address,
    status: row.status,
    createdAt: new Date(row.created_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
  }))
}
