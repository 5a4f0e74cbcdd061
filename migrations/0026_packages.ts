import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** Prepared downloads, and the months that are sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await packages(db)
  await seals(db)
}

async function packages(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('package'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('query', 'text', (c) => c.notNull())
      .addColumn('format', 'text', (c) => c.notNull().check(sql`format in ('pdf', 'xml', 'ambos')`))
      .addColumn('status', 'text', (c) =>
        c.notNull().check(sql`status in ('making', 'ready', 'cancelled', 'failed')`),
      )
      .addColumn('parts', integer, (c) => c.notNull())
      .addColumn('receipts', integer, (c) => c.notNull())
      // Null once its files are gone, or on their way there.
      .addColumn('folder', 'text', (c) => c.unique())
      .addColumn('problem', 'text')
      .addColumn('requested_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('expires_at', 'text')
      .addCheckConstraint('package_end', sql`(status = 'making') = (ended_at is null)`)
      .addCheckConstraint('package_life', sql`(status = 'ready') = (expires_at is not null)`),
  ).execute()
  await db.schema.createIndex('package_login').on('package').columns(['login_id', 'id']).execute()
  // What has files to lose, and since when: it empties itself.
  await sql`create index package_over on package (coalesce(expires_at, ended_at))
    where folder is not null and status <> 'making'`.execute(db)

  await strict(
    db.schema
      .createTable('package_part')
      .addColumn('package_id', integer, (c) =>
        c.notNull().references('package.id').onDelete('cascade'),
      )
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('receipts', integer, (c) => c.notNull())
      .addColumn('missing', integer, (c) => c.notNull())
      .addColumn('bytes', integer, (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('package_part_key', ['package_id', 'n']),
    { withoutRowId: true },
  ).execute()
}

async function seals(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await strict(
    db.schema
      .createTable('month_seal')
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('month', 'text', (c) => c.notNull())
      .addColumn('edition', integer, (c) => c.notNull())
      .addColumn('receipts', integer, (c) => c.notNull())
      .addColumn('sums', 'text', (c) => c.notNull())
      .addColumn('root', 'text', (c) => c.notNull())
      .addColumn('added', 'text', (c) => c.notNull())
      .addColumn('sealed_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('month_seal_key', ['party_id', 'month', 'edition']),
    { withoutRowId: true },
  ).execute()
}
