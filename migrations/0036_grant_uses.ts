import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What firms did by what customers let them read, a line for each reader, way and day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, strict, dayOf } = dialectOf(db)
  await strict(
    db.schema
      .createTable('grant_use')
      .addColumn('grant_id', integer, (c) => c.notNull().references('access_grant.id'))
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('api_key_id', integer, (c) => c.notNull())
      .addColumn('way', 'text', (c) => c.notNull())
      .addColumn('receipts', integer, (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('grant_use_key', [
        'grant_id',
        'day',
        'login_id',
        'api_key_id',
        'way',
      ]),
    { withoutRowId: true },
  ).execute()
  const key = sql`case when session_id like 'api-key:%'
    then cast(substr(session_id, 9) as ${sql.raw(integer as string)}) else 0 end`
  await sql`
    insert into grant_use (grant_id, day, login_id, api_key_id, way, receipts, at)
    select grant_id, ${dayOf('at')}, login_id, ${key}, action, count(*), max(at)
      from receipt_reading where grant_id is not null
      group by grant_id, ${dayOf('at')}, login_id, ${key}, action`.execute(db)
  // It told when a grant was last used, which a line of these tells now.
  await db.schema.dropIndex('receipt_reading_grant').execute()
}
