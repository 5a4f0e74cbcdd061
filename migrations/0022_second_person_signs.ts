import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'
import { dayOf } from '#src/values/day.ts'

/**
 * A certificate waits for a second person before receipts are signed with it; what the SRI answers is
 * counted by the day, and when it last answered is written down. Whether a lot still issues is found at
 * once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await waitingCertificates(db)
  await contact(db)
  await sql`create index lot_item_issuing on lot_item (lot_id) where outcome = 'issuing'`.execute(
    db,
  )
  await countAnswers(db)
}

async function waitingCertificates(db: Kysely<unknown>): Promise<void> {
  const { integer } = dialectOf(db)
  const alter = db.schema.alterTable('signing_certificate')
  await alter.addColumn('in_use_at', 'text').execute()
  await alter
    .addColumn('replaces_id', integer, (c) => c.references('signing_certificate.id'))
    .execute()
  await alter.addColumn('remarks', 'text', (c) => c.notNull().defaultTo('')).execute()
  // Until now who uploaded one put it in use.
  await sql`update signing_certificate set in_use_at = added_at`.execute(db)
  await sql`drop index signing_certificate_in_use`.execute(db)
  // Of each issuer one at a time, and one that waits.
  await sql`create unique index signing_certificate_in_use on signing_certificate (issuer_ruc)
    where retired_at is null and in_use_at is not null`.execute(db)
  await sql`create unique index signing_certificate_waiting on signing_certificate (issuer_ruc)
    where retired_at is null and in_use_at is null`.execute(db)
}

async function contact(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await strict(
    db.schema
      .createTable('sri_contact')
      .addColumn('id', integer, (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('answered_at', 'text', (c) => c.notNull()),
  ).execute()
}

/** What was answered before, from the stories of the documents, as `answerFigure` counts it now. */
async function countAnswers(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string; hour: string; value: number }>`
    select 'sri.' || answer as name, hour, count(*) as value from (
      select substr(at, 1, 13) as hour, case
        when what in ('authorized', 'returned', 'unauthorized') then what
        when what in ('different', 'number-lost') then 'clashing'
        when code in ('unreachable', 'circuit-open', 'timeout', 'http', 'empty', 'not-xml', 'fault',
          'unexpected', 'too-large') then 'silent'
        end as answer
      from issuance_event
    ) as answers where answer is not null group by 1, 2`.execute(db)
  for (const { name, hour, value } of rows) {
    // Moments are kept in UTC; the days of figures are Guayaquil's, which begin with an hour of UTC.
    const day = dayOf(new Date(`${hour}:00:00.000Z`))
    await sql`insert into day_figure (name, day, value, cents) values (${name}, ${day}, ${value}, 0)
      on conflict (name, day) do update set value = day_figure.value + excluded.value`.execute(db)
  }
}
