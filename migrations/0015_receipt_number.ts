import type { Kysely } from 'kysely'

/** Staff look a receipt up by the number that a customer reads to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('receipt_number').on('receipt').columns(['number', 'id']).execute()
}
