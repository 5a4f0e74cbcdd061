import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What happens to receipts of the customers that somebody follows, in the order of the commits. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    create
      .createTable('followed_party')
      .addColumn('party_id', integer, (c) => c.primaryKey().references('party.id'))
      .addColumn('since', 'text', (c) => c.notNull()),
    { withoutRowId: true },
  ).execute()

  // One row: whoever adds events holds it until the commit, so numbers are seen in their order.
  await strict(
    create
      .createTable('receipt_event_head')
      .addColumn('id', integer, (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('last', integer, (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('receipt_event')
      .addColumn('party_id', integer, (c) => c.notNull().references('followed_party.party_id'))
      .addColumn('seq', integer, (c) => c.notNull())
      .addColumn('what', 'text', (c) =>
        c.notNull().check(sql`what in ('kept', 'authorized', 'annulment-asked', 'annulment-ended',
            'annulled', 'withdrawn')`),
      )
      .addColumn('access_key', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('issued_on', 'text', (c) => c.notNull())
      .addColumn('recipient_number', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('receipt_event_key', ['party_id', 'seq']),
    { withoutRowId: true },
  ).execute()
}
