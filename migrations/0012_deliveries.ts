import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What became of the news of each receipt: how far it came, what came back, whom none reaches. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await stagesOfItems(db)
  await whatComesBack(db)
  await receiptsOfDigests(db)
}

/** Each item says how far it came, and each lot how many of its items stand where. */
async function stagesOfItems(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await db.schema.alterTable('lot_item').addColumn('stage', 'text').execute()
  // With all that is asked of it: SQLite prefers to walk a lot than to leave an index.
  await sql`create index lot_item_stage on lot_item (lot_id, stage, n, receipt_id)
    where stage is not null`.execute(db)
  // What nobody has looked at yet, and what still moves: both empty themselves.
  await sql`create index lot_item_unseen on lot_item (lot_id, n)
    where stage is null and receipt_id is not null`.execute(db)
  await sql`create index lot_item_moving on lot_item (lot_id, n)
    where stage in ('loaded', 'mailed')`.execute(db)
  await strict(
    db.schema
      .createTable('lot_stage')
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('items', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('lot_stage_key', ['lot_id', 'stage']),
    { withoutRowId: true },
  ).execute()
  await sql`create index lot_published on lot (published_at, id)
    where published_at is not null`.execute(db)
}

/** Reports of mail servers, each once, and the addresses that do not exist. */
async function whatComesBack(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('bounce'))
      .addColumn('mail_id', integer, (c) => c.notNull())
      .addColumn('message_hash', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('gone', 'refused', 'late')`))
      .addColumn('code', 'text')
      .addColumn('diagnostic', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull()),
  ).execute()
  await db.schema.createIndex('bounce_mail').on('bounce').columns(['mail_id', 'id']).execute()
  await strict(
    id(db.schema.createTable('dead_address'))
      .addColumn('address', 'text', (c) => c.notNull().unique())
      .addColumn('party_id', integer)
      .addColumn('answer', 'text', (c) => c.notNull())
      .addColumn('died_at', 'text', (c) => c.notNull()),
  ).execute()
}

/** Which receipts a daily summary told of: the mail itself forgets once it has left. */
async function receiptsOfDigests(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await strict(
    db.schema
      .createTable('digest_receipt')
      .addColumn('receipt_id', integer, (c) => c.notNull())
      .addColumn('mail_id', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('digest_receipt_key', ['receipt_id', 'mail_id']),
    { withoutRowId: true },
  ).execute()
  await db.schema
    .createIndex('digest_receipt_mail')
    .on('digest_receipt')
    .columns(['mail_id', 'receipt_id'])
    .execute()
}
