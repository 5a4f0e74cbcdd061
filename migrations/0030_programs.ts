import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What firms' programs have of their own: keys, places in the feed, addresses that are called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  const create = db.schema

  await sql`alter table api_key add column firm_id ${sql.raw(integer as string)}
    references firm (id)`.execute(db)
  await sql`alter table api_key add column clients text`.execute(db)
  await sql`alter table api_key add column kinds text not null default ''`.execute(db)
  await create.createIndex('api_key_firm').on('api_key').columns(['firm_id', 'id']).execute()

  await strict(
    create
      .createTable('event_place')
      .addColumn('api_key_id', integer, (c) => c.primaryKey().references('api_key.id'))
      .addColumn('seq', integer, (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull()),
    { withoutRowId: true },
  ).execute()

  await strict(
    id(create.createTable('webhook'))
      .addColumn('api_key_id', integer, (c) => c.notNull().references('api_key.id'))
      .addColumn('url', 'text', (c) => c.notNull())
      .addColumn('secret', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) =>
        c.notNull().check(sql`status in ('active', 'paused', 'dead')`),
      )
      .addColumn('seq', integer, (c) => c.notNull())
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('failing_since', 'text')
      .addColumn('next_at', 'text', (c) => c.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_until', 'text')
      .addColumn('answer', 'text')
      .addColumn('called_at', 'text')
      .addColumn('accepted_at', 'text'),
  ).execute()
  await create.createIndex('webhook_key').on('webhook').columns(['api_key_id', 'id']).execute()
  await sql`create index webhook_due on webhook (next_at, id) where status = 'active'`.execute(db)

  await strict(
    create
      .createTable('idempotent_answer')
      .addColumn('api_key_id', integer, (c) => c.notNull().references('api_key.id'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('request', 'text', (c) => c.notNull())
      .addColumn('status', integer)
      .addColumn('body', 'text')
      .addColumn('at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('idempotent_answer_key', ['api_key_id', 'name']),
    { withoutRowId: true },
  ).execute()
  await create.createIndex('idempotent_answer_at').on('idempotent_answer').column('at').execute()
}
