import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'
import { dayOf } from '#src/values/day.ts'

/**
 * What happens in the whole bank is counted by the day, so that who looks at a year of ten million
 * receipts waits for some thousand rows; and what needs a person is found by indexes of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, strict, bytewise } = dialectOf(db)
  await strict(
    db.schema
      .createTable('day_figure')
      .addColumn('name', bytewise, (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('value', integer, (c) => c.notNull())
      .addColumn('cents', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('day_figure_key', ['name', 'day']),
    { withoutRowId: true },
  ).execute()
  await strict(
    db.schema
      .createTable('worker')
      .addColumn('owner', 'text', (c) => c.primaryKey())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('started_at', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'text', (c) => c.notNull())
      .addColumn('mail_down_since', 'text'),
  ).execute()
  await sql`create index receipt_pending on receipt (loaded_at, id) where status = 'pending'`.execute(
    db,
  )
  await sql`create index lot_open on lot (id)
    where status in ('reading', 'ready', 'publishing', 'stopped', 'withdrawing')`.execute(db)
  await sql`create index job_failed on job (id) where status = 'failed'`.execute(db)
  await countReceipts(db)
  await countByHour(
    db,
    sql`select 'mail.sent' as name, substr(sent_at, 1, 13) as hour,
    count(*) as value from mail where sent_at is not null group by 2`,
  )
  await countByHour(
    db,
    sql`select 'audit.' || action as name, substr(at, 1, 13) as hour,
    count(*) as value from audit group by 1, 2`,
  )
}

/** So many at a time: grouping all of them at once would need the memory for all. */
const RECEIPTS_AT_ONCE = 50_000

async function countReceipts(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from receipt`.execute(
    db,
  )
  const last = Number(rows[0]?.last ?? 0)
  for (let after = 0; after < last; after += RECEIPTS_AT_ONCE) {
    const these = sql`id > ${after} and id <= ${after + RECEIPTS_AT_ONCE}`
    await sql`
      insert into day_figure (name, day, value, cents)
      select 'receipts.' || kind || '.' || status, issued_on, count(*), coalesce(sum(total_cents), 0)
      from receipt where ${these} group by 1, 2
      on conflict (name, day) do update set
        value = day_figure.value + excluded.value, cents = day_figure.cents + excluded.cents`.execute(
      db,
    )
    await countByHour(
      db,
      sql`select 'loaded' as name, substr(loaded_at, 1, 13) as hour,
      count(*) as value from receipt where ${these} group by 2`,
    )
  }
}

/** Moments are kept in UTC; the days of figures are Guayaquil's, which begin with an hour of UTC. */
async function countByHour(db: Kysely<unknown>, counts: RawBuilder<unknown>): Promise<void> {
  const { rows } = await counts.execute(db)
  for (const { name, hour, value } of rows as { name: string; hour: string; value: number }[]) {
    const day = dayOf(new Date(`${hour}:00:00.000Z`))
    await sql`insert into day_figure (name, day, value, cents) values (${name}, ${day}, ${value}, 0)
      on conflict (name, day) do update set value = day_figure.value + excluded.value`.execute(db)
  }
}
