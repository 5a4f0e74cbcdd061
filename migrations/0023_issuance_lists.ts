import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * Lists of what is on its way to the SRI: by state among what is not through, and by lot; each index
 * holds all that a list filters by, so that no row is read that is not shown. And the documents that
 * somebody closed, because their number went to another one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('issuance').addColumn('closed_at', 'text').execute()
  await sql`drop index issuance_stopped`.execute(db)
  await sql`create index issuance_open on issuance (state, id, kind, establishment, closed_at)
    where state <> 'authorized' and closed_at is null`.execute(db)
  await sql`create index issuance_closed on issuance (id, kind, establishment, closed_at)
    where closed_at is not null`.execute(db)
  await sql`drop index issuance_lot`.execute(db)
  await sql`create index issuance_lot on issuance (lot_id, state, id, kind, establishment, closed_at)
    where lot_id is not null and closed_at is null`.execute(db)
}
