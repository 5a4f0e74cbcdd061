import type { Db } from '../../db/open.ts'

/** The number here of a document, by its key. */
export async function issuanceIdOf(db: Db, accessKey: string): Promise<number | null> {
  const row = await db
    .selectFrom('issuance')
    .select('id')
    .where('access_key', '=', accessKey)
    .executeTakeFirst()
  return row?.id ?? null
}

/** The document that became a receipt; null for a receipt that came from elsewhere. */
export async function issuanceOfReceipt(db: Db, receiptId: number): Promise<number | null> {
  const row = await db
    .selectFrom('issuance')
    .select('id')
    .where('receipt_id', '=', receiptId)
    .executeTakeFirst()
  return row?.id ?? null
}
