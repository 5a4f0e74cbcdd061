import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** Packages of firms' programs, and how far back the feed of events reaches. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  const number = sql.raw(integer as string)
  await sql`alter table package add column api_key_id ${number} references api_key (id)`.execute(db)
  // What people see of their own is not gone through with what their programs asked for.
  await db.schema.dropIndex('package_login').execute()
  await sql`create index package_login on package (login_id, id)
    where api_key_id is null`.execute(db)
  await sql`create index package_key on package (api_key_id, id)
    where api_key_id is not null`.execute(db)
  // Those that a merge of two parties concerns: they have files, or will have.
  await sql`create index package_kept on package (id) where folder is not null`.execute(db)

  // What was forgotten: nothing up to that event is there any more.
  await sql`alter table receipt_event_head add column forgotten ${number} not null
    default 0`.execute(db)
  // How far the feed was on a day, so that what is older is known without looking at it.
  await strict(
    db.schema
      .createTable('receipt_event_day')
      .addColumn('day', 'text', (c) => c.primaryKey())
      .addColumn('last', integer, (c) => c.notNull()),
    { withoutRowId: true },
  ).execute()
}
