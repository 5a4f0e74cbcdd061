import type { Db } from '../db/open.ts'

/** Rows of a table that no longer serve: `column` says by which time. */
const EXPIRING = [
  { table: 'one_time_code', column: 'expires_at' },
  { table: 'initial_password', column: 'expires_at' },
  { table: 'mailed_link', column: 'expires_at' },
  { table: 'throttle', column: 'window_ends_at' },
] as const

/** Deletes what ran out before `before`; answers how many rows of each table. */
export async function deleteExpired(db: Db, before: Date): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { table, column } of EXPIRING) {
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where(column as never, '<', before.toISOString() as never)
      .executeTakeFirst()
    counts[table] = Number(numDeletedRows)
  }
  return counts
}

export async function deleteSessions(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('expires_at', '<', before.toISOString())
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Devices that have not been seen for so long that their mark has expired too. */
export async function deleteDevices(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('device')
    .where('seen_at', '<', before.toISOString())
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('session').select('session.id').whereRef('device_id', '=', 'device.id'),
        ),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
