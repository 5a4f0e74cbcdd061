import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** The items that brought the SRI's answer to a receipt of another lot, for when that one is withdrawn. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index lot_item_answer on lot_item (access_key)
    where outcome = 'authorized'`.execute(db)
}
