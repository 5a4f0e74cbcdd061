import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { FailedAlert } from '../../receipts/alerts/resend-alert.ts'

/** A mail to a customer that did not arrive; null for any other. */
export async function failedAlert(db: Db, mailId: number): Promise<FailedAlert | null> {
  const row = await db
    .selectFrom('mail')
    .select(['id', 'reason', 'party_id', 'receipt_id'])
    .where('id', '=', mailId)
    .where('reason', 'like', 'receipt-%')
    .where((eb) =>
      eb.or([
        eb('status', '=', 'failed'),
        sql<boolean>`exists (
          select 1 from bounce where bounce.mail_id = mail.id and bounce.kind <> 'late')`,
      ]),
    )
    .executeTakeFirst()
  if (!row || row.party_id === null) return null
  return { id: row.id, reason: row.reason, partyId: row.party_id, receiptId: row.receipt_id }
}

/** The address that a list names; null when it is not dead any more. */
export async function deadAddress(
  db: Db,
  id: number,
): Promise<{ address: string; partyId: number | null } | null> {
  const row = await db
    .selectFrom('dead_address')
    .select(['address', 'party_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { address: row.address, partyId: row.party_id } : null
}
