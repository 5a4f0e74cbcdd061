import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'

/** Something that happened to receipts, in the order in which it was written down. */
export interface News {
  readonly id: number
  readonly at: string
  readonly receiptIds: readonly number[]
}

/** What the owners of receipts opened or took, after an entry of the read log. */
export async function readingsAfter(db: Db, id: number, limit: number): Promise<News[]> {
  const rows = await db
    .selectFrom('receipt_reading')
    .select(['id', 'at', 'receipt_id'])
    .where('id', '>', id)
    .where('view_id', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id, at: row.at, receiptIds: [row.receipt_id] }))
}

/** What mail servers reported, and of which receipts those mails told. */
export async function bouncesAfter(db: Db, id: number, limit: number): Promise<News[]> {
  const bounces = await db
    .selectFrom('bounce')
    .select(['id', 'at', 'mail_id'])
    .where('id', '>', id)
    .orderBy('id')
    .limit(limit)
    .execute()
  if (bounces.length === 0) return []
  const these = anyOf(
    db,
    bounces.map(({ mail_id }) => mail_id),
  )
  const told = await db
    .selectFrom('mail')
    .select(['id as mail_id', 'receipt_id'])
    .where('id', 'in', these)
    .where('receipt_id', 'is not', null)
    .unionAll(
      db
        .selectFrom('digest_receipt')
        .select(['mail_id', 'receipt_id'])
        .where('mail_id', 'in', these),
    )
    .execute()
  const byMail = Map.groupBy(told, ({ mail_id }) => mail_id)
  return bounces.map(({ id: bounceId, at, mail_id }) => {
    const receiptIds = (byMail.get(mail_id) ?? []).map(({ receipt_id }) => receipt_id ?? 0)
    return { id: bounceId, at, receiptIds }
  })
}
