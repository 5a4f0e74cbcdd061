import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** The work that waits, runs or pauses, in the order it was asked for, among all that was ever done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index job_open on job (id)
    where status in ('waiting', 'running', 'paused')`.execute(db)
}
