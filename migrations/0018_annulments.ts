import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** Receipts whose annulment was asked of the SRI, and how far it has come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('annulment'))
      .addColumn('receipt_id', integer, (c) => c.notNull().references('receipt.id'))
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('needs_consent', integer, (c) => c.notNull())
      .addColumn('last_day', 'text')
      .addColumn('asked_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('answer', 'text', (c) => c.notNull())
      .addColumn('checked_at', 'text')
      .addColumn('next_check_at', 'text')
      .addColumn('ended_at', 'text'),
  ).execute()
  await sql`create index annulment_receipt on annulment (receipt_id, id)`.execute(db)
  await sql`create unique index annulment_open on annulment (receipt_id)
    where ended_at is null`.execute(db)
  await sql`create index annulment_due on annulment (next_check_at)
    where ended_at is null`.execute(db)
}
