import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('job'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('subject_id', integer, (c) => c.notNull())
      .addColumn('status', 'text', (c) =>
        c
          .notNull()
          .check(sql`status in ('waiting', 'running', 'paused', 'done', 'failed', 'cancelled')`),
      )
      .addColumn('wish', 'text', (c) => c.check(sql`wish in ('pause', 'cancel')`))
      .addColumn('done', integer, (c) => c.notNull())
      .addColumn('total', integer)
      .addColumn('checkpoint', 'text', (c) => c.notNull())
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('next_attempt_at', 'text', (c) => c.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_until', 'text')
      .addColumn('resumed_at', 'text')
      .addColumn('resumed_done', integer, (c) => c.notNull())
      .addColumn('problem', 'text')
      .addColumn('created_by', integer, (c) => c.references('login.id'))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text'),
  ).execute()
  await sql`create index job_due on job (next_attempt_at, id) where status = 'waiting'`.execute(db)
  await sql`create index job_claimed on job (claimed_until) where status = 'running'`.execute(db)
  // One thing at a time is done to a subject, whoever asks and however often.
  await sql`create unique index job_live on job (kind, subject_id)
    where status in ('waiting', 'running', 'paused')`.execute(db)
  await db.schema
    .createIndex('job_subject')
    .on('job')
    .columns(['subject_id', 'kind', 'id'])
    .execute()
}
