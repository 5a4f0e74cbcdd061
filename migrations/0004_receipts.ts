import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, id, integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    id(create.createTable('receipt'))
      .addColumn('access_key', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('environment', 'text', (c) =>
        c.notNull().check(sql`environment in ('test', 'production')`),
      )
      .addColumn('status', 'text', (c) =>
        c.notNull().check(sql`status in ('authorized', 'pending', 'rejected', 'annulled')`),
      )
      .addColumn('number', 'text', (c) => c.notNull())
      .addColumn('issuer_ruc', 'text', (c) => c.notNull())
      .addColumn('issuer_name', 'text', (c) => c.notNull())
      .addColumn('issued_on', 'text', (c) => c.notNull())
      .addColumn('authorization_number', 'text')
      .addColumn('authorized_at', 'text')
      .addColumn('recipient_name', 'text', (c) => c.notNull())
      .addColumn('recipient_number', 'text', (c) => c.notNull())
      .addColumn('total_cents', integer)
      .addColumn('concept', 'text', (c) => c.notNull())
      .addColumn('warnings', 'text', (c) => c.notNull())
      .addColumn('file_name', 'text', (c) => c.notNull())
      .addColumn('loaded_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('document_dictionary')
      .addColumn('id', integer, (c) => c.primaryKey())
      .addColumn('bytes', bytes, (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('receipt_document')
      .addColumn('receipt_id', integer, (c) => c.primaryKey().references('receipt.id'))
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('dictionary_id', integer, (c) => c.references('document_dictionary.id'))
      .addColumn('bytes', bytes, (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('receipt_owner')
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('issued_on', 'text', (c) => c.notNull())
      .addColumn('receipt_id', integer, (c) => c.notNull().references('receipt.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('total_cents', integer)
      .addColumn('access_key', 'text', (c) => c.notNull())
      .addColumn('number', 'text', (c) => c.notNull())
      .addColumn('issuer_ruc', 'text', (c) => c.notNull())
      .addColumn('issuer_name', 'text', (c) => c.notNull())
      .addColumn('concept', 'text', (c) => c.notNull())
      .addColumn('search_text', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('receipt_owner_key', ['party_id', 'issued_on', 'receipt_id']),
    { withoutRowId: true },
  ).execute()

  await strict(
    id(create.createTable('receipt_conflict'))
      .addColumn('access_key', 'text', (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('dictionary_id', integer, (c) => c.references('document_dictionary.id'))
      .addColumn('bytes', bytes, (c) => c.notNull())
      .addColumn('file_name', 'text', (c) => c.notNull())
      .addColumn('loaded_at', 'text', (c) => c.notNull())
      .addUniqueConstraint('receipt_conflict_once', ['access_key', 'sha256']),
  ).execute()

  await strict(
    id(create.createTable('receipt_reading'))
      .addColumn('receipt_id', integer, (c) => c.notNull().references('receipt.id'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) =>
        c.notNull().check(sql`action in ('page', 'pdf', 'xml', 'zip', 'csv')`),
      )
      .addColumn('at', 'text', (c) => c.notNull()),
  ).execute()
  await create
    .createIndex('receipt_reading_receipt')
    .on('receipt_reading')
    .columns(['receipt_id', 'id'])
    .execute()

  await strict(
    create
      .createTable('digest_item')
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('receipt_id', integer, (c) => c.notNull().references('receipt.id'))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('digest_item_key', ['login_id', 'receipt_id']),
    { withoutRowId: true },
  ).execute()

  await strict(
    id(create.createTable('saved_search'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('query', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addUniqueConstraint('saved_search_name', ['login_id', 'name']),
  ).execute()
}
