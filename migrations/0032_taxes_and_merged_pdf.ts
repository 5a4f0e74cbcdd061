import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What receipts charge, by tax and rate, and whether a package has one PDF of all of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await taxes(db)
  // Beside the files of each receipt, or instead of their PDFs; null is neither.
  await sql`alter table package add column merged text
    check (merged in ('beside', 'instead'))`.execute(db)
}

async function taxes(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await strict(
    db.schema
      .createTable('receipt_tax')
      .addColumn('receipt_id', integer, (c) => c.notNull().references('receipt.id'))
      .addColumn('place', integer, (c) => c.notNull())
      .addColumn('tax', 'text', (c) => c.notNull())
      .addColumn('rate_code', 'text', (c) => c.notNull())
      .addColumn('rate_bp', integer)
      .addColumn('base_cents', integer, (c) => c.notNull())
      .addColumn('amount_cents', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('receipt_tax_key', ['receipt_id', 'place']),
    { withoutRowId: true },
  ).execute()
  await db.schema.alterTable('receipt').addColumn('tax_lines', integer).execute()
  // Receipts whose taxes nobody has written down yet: it empties itself.
  await sql`create index receipt_untaxed on receipt (id) where tax_lines is null`.execute(db)
}
