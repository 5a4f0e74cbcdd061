import type { Db } from '../../db/open.ts'
import type { BounceKind } from '../../db/tables/deliveries.ts'
import type { Tx } from '../../db/transaction.ts'

/** A mail that a report is about. */
interface ReportedMail {
  address: string
  partyId: number | null
}

export async function reportedMail(db: Db, mailId: number): Promise<ReportedMail | null> {
  const row = await db
    .selectFrom('mail')
    .select(['to_address', 'party_id'])
    .where('id', '=', mailId)
    .executeTakeFirst()
  return row ? { address: row.to_address, partyId: row.party_id } : null
}

interface NewBounce {
  mailId: number
  /** SHA-256 of the report, hex. */
  messageHash: string
  kind: BounceKind
  code: string | null
  diagnostic: string
}

/** @returns false when the same report was there already */
export async function addBounce(tx: Tx, bounce: NewBounce, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('bounce')
    .values({
      mail_id: bounce.mailId,
      message_hash: bounce.messageHash,
      kind: bounce.kind,
      code: bounce.code,
      diagnostic: bounce.diagnostic,
      at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('message_hash').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
