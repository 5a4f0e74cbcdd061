import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What receipts are signed with: sealed, and of each issuer one at a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('signing_certificate'))
      .addColumn('issuer_ruc', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('holder', 'text', (c) => c.notNull())
      .addColumn('authority', 'text', (c) => c.notNull())
      .addColumn('serial', 'text', (c) => c.notNull())
      .addColumn('valid_from', 'text', (c) => c.notNull())
      .addColumn('valid_to', 'text', (c) => c.notNull())
      .addColumn('added_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('added_at', 'text', (c) => c.notNull())
      .addColumn('retired_at', 'text'),
  ).execute()
  await sql`create unique index signing_certificate_in_use on signing_certificate (issuer_ruc)
    where retired_at is null`.execute(db)
}
