import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'
import { isPostgres } from '#src/db/open.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('audit'))
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('detail', 'text', (c) => c.notNull())
      .addColumn('previous_hash', 'text', (c) => c.notNull().unique())
      .addColumn('hash', 'text', (c) => c.notNull().unique()),
  ).execute()
  await db.schema.createIndex('audit_subject').on('audit').columns(['subject', 'id']).execute()
  await forbidChange(db)
}

/** The chain shows a change afterwards; the triggers keep an honest mistake from making one. */
async function forbidChange(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db as never)) {
    await sql`create function audit_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit is append-only'; end $$`.execute(db)
    await sql`create trigger audit_no_change before update or delete on audit
      for each row execute function audit_is_append_only()`.execute(db)
    return
  }
  for (const event of ['update', 'delete']) {
    await sql`create trigger ${sql.raw(`audit_no_${event}`)} before ${sql.raw(event)} on audit
      begin select raise(abort, 'audit is append-only'); end`.execute(db)
  }
}
