import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What accountants ask for by the list, and the answer to each line of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('batch_query'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('firm_id', integer, (c) => c.notNull().references('firm.id'))
      .addColumn('mode', 'text', (c) => c.notNull().check(sql`mode in ('period', 'list', 'file')`))
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('asked', 'text', (c) => c.notNull())
      .addColumn('lines', integer, (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('answered_at', 'text')
      .addColumn('missing_cut', integer, (c) => c.notNull()),
  ).execute()
  await db.schema
    .createIndex('batch_query_login')
    .on('batch_query')
    .columns(['login_id', 'id'])
    .execute()
  await strict(
    db.schema
      .createTable('batch_line')
      .addColumn('query_id', integer, (c) => c.notNull().references('batch_query.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('line_row', integer)
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('access_key', 'text')
      .addColumn('number', 'text')
      .addColumn('issuer_ruc', 'text')
      .addColumn('kind', 'text')
      .addColumn('recipient', 'text')
      .addColumn('stated_cents', integer)
      .addColumn('remark', 'text', (c) => c.notNull())
      .addColumn('verdict', 'text')
      .addColumn('receipt_key', 'text')
      .addColumn('party_id', integer)
      .addColumn('issued_on', 'text')
      .addColumn('receipts', integer)
      .addColumn('cents', integer)
      .addPrimaryKeyConstraint('batch_line_key', ['query_id', 'n']),
    { withoutRowId: true },
  ).execute()
}
