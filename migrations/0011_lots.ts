import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    id(create.createTable('lot'))
      .addColumn('month', 'text', (c) => c.notNull())
      .addColumn('sequence', integer, (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('documents', 'rows')`))
      .addColumn('document_kind', 'text')
      .addColumn('status', 'text', (c) =>
        c.notNull().check(sql`status in ('reading', 'ready', 'publishing', 'stopped', 'published',
          'withdrawing', 'withdrawn', 'discarded')`),
      )
      .addColumn('folder', 'text', (c) => c.unique())
      .addColumn('loaded_by', integer, (c) => c.references('login.id'))
      .addColumn('loaded_at', 'text', (c) => c.notNull())
      .addColumn('files', integer, (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('summary', 'text')
      .addColumn('published_by', integer, (c) => c.references('login.id'))
      .addColumn('published_at', 'text')
      .addColumn('ended_at', 'text')
      .addUniqueConstraint('lot_number', ['month', 'sequence']),
  ).execute()

  await strict(
    create
      .createTable('lot_file')
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('stored', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('lot_file_key', ['lot_id', 'n']),
    { withoutRowId: true },
  ).execute()
  await create.createIndex('lot_file_hash').on('lot_file').columns(['sha256', 'lot_id']).execute()

  await strict(
    create
      .createTable('lot_item')
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('outcome', 'text', (c) => c.notNull())
      .addColumn('receipt_id', integer)
      .addColumn('name', 'text')
      .addColumn('access_key', 'text')
      .addColumn('recipient', 'text')
      .addColumn('total_cents', integer)
      .addColumn('reach', 'text')
      .addColumn('code', 'text')
      .addColumn('message', 'text')
      .addPrimaryKeyConstraint('lot_item_key', ['lot_id', 'n']),
    { withoutRowId: true },
  ).execute()
  await strict(
    create
      .createTable('lot_draft')
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('reference', 'text', (c) => c.notNull())
      .addColumn('rows', 'text', (c) => c.notNull())
      .addColumn('draft', 'text')
      .addColumn('faults', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('lot_draft_key', ['lot_id', 'n']),
    { withoutRowId: true },
  ).execute()
  await strict(
    create
      .createTable('issue_reference')
      .addColumn('document_kind', 'text', (c) => c.notNull())
      .addColumn('reference', 'text', (c) => c.notNull())
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('issue_reference_key', ['document_kind', 'reference']),
    { withoutRowId: true },
  ).execute()
  await create.createIndex('issue_reference_lot').on('issue_reference').column('lot_id').execute()
  await create
    .createIndex('lot_draft_reference')
    .on('lot_draft')
    .columns(['reference', 'lot_id'])
    .execute()
  await sql`create index lot_item_access_key on lot_item (lot_id, access_key)
    where access_key is not null`.execute(db)
  await sql`create index lot_item_fault on lot_item (lot_id, n)
    where outcome in ('refused', 'clashing', 'repeated')`.execute(db)
  await sql`create index lot_item_reach on lot_item (lot_id, reach, n) where reach is not null`.execute(
    db,
  )
  // What a withdrawal takes away is found by its receipts, and so is whatever still refers to them.
  await create
    .createIndex('receipt_owner_receipt')
    .on('receipt_owner')
    .column('receipt_id')
    .execute()
  await create.createIndex('digest_item_receipt').on('digest_item').column('receipt_id').execute()
  await sql`create unique index lot_item_receipt on lot_item (receipt_id)
    where receipt_id is not null`.execute(db)
}
