import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** So many parties at a time: grouping everybody's receipts at once would need the memory for all. */
const PARTIES_AT_ONCE = 1_000

/**
 * What a party's receipts add up to, day by day, so that totals cost the same for ten receipts and
 * for a hundred thousand. It takes the place of the index from which they were added up one by one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await strict(
    db.schema
      .createTable('receipt_day')
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('issued_on', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('receipts', integer, (c) => c.notNull())
      .addColumn('cents', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('receipt_day_key', ['party_id', 'issued_on', 'kind', 'status']),
    { withoutRowId: true },
  ).execute()
  const { rows } = await sql<{ last: number | null }>`
    select max(party_id) as last from receipt_owner`.execute(db)
  const last = Number(rows[0]?.last ?? 0)
  for (let after = 0; after < last; after += PARTIES_AT_ONCE) {
    await sql`
      insert into receipt_day (party_id, issued_on, kind, status, receipts, cents)
      select party_id, issued_on, kind, status, count(*), coalesce(sum(total_cents), 0)
      from receipt_owner where party_id > ${after} and party_id <= ${after + PARTIES_AT_ONCE}
      group by party_id, issued_on, kind, status`.execute(db)
  }
  await db.schema.dropIndex('receipt_owner_sums').execute()
}
