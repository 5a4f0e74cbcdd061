import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('mail'))
      .addColumn('subject_key', 'text', (c) => c.notNull().unique())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('party_id', integer)
      .addColumn('receipt_id', integer)
      .addColumn('to_address', 'text', (c) => c.notNull())
      .addColumn('to_name', 'text', (c) => c.notNull())
      .addColumn('payload', 'text', (c) => c.notNull())
      .addColumn('urgent', integer, (c) => c.notNull().defaultTo(0))
      .addColumn('status', 'text', (c) =>
        c
          .notNull()
          .defaultTo('pending')
          .check(sql`status in ('pending', 'sending', 'sent', 'failed')`),
      )
      .addColumn('attempts', integer, (c) => c.notNull().defaultTo(0))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('next_attempt_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text')
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_until', 'text')
      .addColumn('sent_at', 'text')
      .addColumn('answer', 'text'),
  ).execute()
  // One partial index a state: a single query over both states would scan what has long been sent.
  await sql`create index mail_due on mail (urgent, next_attempt_at, id) where status = 'pending'`.execute(
    db,
  )
  await sql`create index mail_claimed on mail (claimed_until) where status = 'sending'`.execute(db)
  // What was queued before a moment and still waits, however often it was put off.
  await sql`create index mail_waiting on mail (created_at) where status = 'pending'`.execute(db)
  await sql`create index mail_failed on mail (id) where status = 'failed'`.execute(db)
  await sql`create index mail_receipt on mail (receipt_id) where receipt_id is not null`.execute(db)
}
