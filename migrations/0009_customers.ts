import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'
import { isPostgres } from '#src/db/open.ts'
import { wordsOf } from '#src/values/search-words.ts'

/** Customers as the bank's people find them, help them and look at the portal through their eyes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await wordsOfNames(db)
  await findByNumberAndMail(db)
  await viewsOfStaff(db)
  await loadsOfCustomers(db)
  // Two that were the same person: the one that went names the one that stayed.
  await sql`alter table party add column merged_into ${sql.raw(dialectOf(db).integer as string)}
    references party (id)`.execute(db)
}

/** Each word of each name, in the order of its bytes, so that a beginning is a stretch of the index. */
async function wordsOfNames(db: Kysely<unknown>): Promise<void> {
  const { integer, strict, bytewise } = dialectOf(db)
  await strict(
    db.schema
      .createTable('party_word')
      .addColumn('word', bytewise, (c) => c.notNull())
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addPrimaryKeyConstraint('party_word_key', ['word', 'party_id']),
    { withoutRowId: true },
  ).execute()
  await db.schema
    .createIndex('party_word_party')
    .on('party_word')
    .columns(['party_id', 'word'])
    .execute()
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: number; name: string }>`select id, name from party
      where id > ${after} order by id limit 500`.execute(db)
    const words = rows.flatMap(({ id, name }) => wordsOf(name).map((word) => sql`(${word}, ${id})`))
    if (words.length > 0) {
      await sql`insert into party_word (word, party_id) values ${sql.join(words)}`.execute(db)
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.id
  }
}

async function findByNumberAndMail(db: Kysely<unknown>): Promise<void> {
  // SQLite's key is in the order of bytes already; PostgreSQL's is in that of a language.
  const ordered = isPostgres(db as never) ? sql` collate "C"` : sql``
  if (isPostgres(db as never)) {
    await sql`create index party_identification_prefix
      on party_identification (number${ordered})`.execute(db)
  }
  await sql`create index contact_mail on contact ((lower(value))${ordered})`.execute(db)
  await sql`create index mail_party on mail (party_id, id) where party_id is not null`.execute(db)
}

/** While one is open, a session of the bank's sees what the customer sees, and changes nothing. */
async function viewsOfStaff(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('customer_view'))
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('started_at', 'text', (c) => c.notNull())
      .addColumn('ends_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text'),
  ).execute()
  await db.schema
    .createIndex('customer_view_party')
    .on('customer_view')
    .columns(['party_id', 'id'])
    .execute()
  await sql`create unique index customer_view_open on customer_view (session_id)
    where ended_at is null`.execute(db)
  await sql`alter table receipt_reading add column view_id ${sql.raw(integer as string)}
    references customer_view (id)`.execute(db)
}

async function loadsOfCustomers(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('customer_load'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('file_name', 'text', (c) => c.notNull())
      .addColumn('draft', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('confirmed_at', 'text'),
  ).execute()
  await sql`create index customer_load_draft on customer_load (created_at)
    where draft is not null`.execute(db)
}
