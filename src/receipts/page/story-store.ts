import type { Db } from '../../db/open.ts'
import type { ReceiptMail } from './receipt-story.ts'

/** More copies than this were not asked for by one person. */
const MAILS_MAX = 10

/** The mails about a receipt that went, or are going, to this party; newest first. */
export async function mailsAbout(
  db: Db,
  partyId: number,
  receiptId: number,
): Promise<ReceiptMail[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['to_address', 'status', 'created_at', 'sent_at'])
    .where('receipt_id', '=', receiptId)
    .where('party_id', '=', partyId)
    .orderBy('id', 'desc')
    .limit(MAILS_MAX)
    .execute()
  return rows.map((row) => ({
    address: row.to_address,
    status: row.status,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }))
}
