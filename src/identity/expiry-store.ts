import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import { isPostgres } from '../db/open.ts'

/** Each table that empties itself: its key, and the column that says by when a row was of use. */
const EXPIRING = {
  one_time_code: ['id', 'expires_at'],
  initial_password: ['id', 'expires_at'],
  mailed_link: ['id', 'expires_at'],
  throttle: ['name', 'window_ends_at'],
  session: ['id', 'expires_at'],
  device: ['id', 'seen_at'],
} as const

export type Expiring = keyof typeof EXPIRING

/**
 * Deletes up to `limit` rows that ended before a moment, and answers how many those were. A device
 * stays while a session names it; on PostgreSQL a row that somebody is using is passed over.
 */
export async function deleteExpired(
  db: Db,
  table: Expiring,
  before: Date,
  limit: number,
): Promise<number> {
  const [key, column] = EXPIRING[table]
  const unused =
    table === 'device'
      ? sql`and not exists (select 1 from session where session.device_id = device.id)`
      : sql``
  const lock = isPostgres(db) ? sql`for update skip locked` : sql``
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)}
      where ${sql.ref(column)} < ${before.toISOString()} ${unused}
      limit ${limit} ${lock}
    )`.execute(db)
  return Number(numAffectedRows ?? 0)
}
