import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/**
 * Several issuers: what is to be made is taken up issuer by issuer, and lists are narrowed to one.
 * And what was asked of the SRI for one key: how often it was sent and asked for, when that was enough,
 * and up to which of the SRI's refusals somebody has acted upon.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await tries(db)
  await sql`create index issuance_making on issuance (issuer_id, next_at, id)
    where next_step = 'make'`.execute(db)
  await sql`drop index issuance_open`.execute(db)
  await sql`create index issuance_open on issuance
    (state, id, kind, establishment, issuer_id, spent_at, closed_at)
    where state <> 'authorized' and closed_at is null`.execute(db)
  await sql`drop index issuance_closed`.execute(db)
  await sql`create index issuance_closed on issuance (id, kind, establishment, issuer_id, closed_at)
    where closed_at is not null`.execute(db)
  await sql`create index issuance_spent on issuance
    (id, kind, establishment, issuer_id, lot_id, spent_at, closed_at)
    where spent_at is not null and closed_at is null`.execute(db)
  await sql`drop index issuance_lot`.execute(db)
  await sql`create index issuance_lot on issuance
    (lot_id, state, id, kind, establishment, issuer_id, spent_at, closed_at)
    where lot_id is not null and closed_at is null`.execute(db)
}

async function tries(db: Kysely<unknown>): Promise<void> {
  const number = sql.raw(dialectOf(db).integer as string)
  for (const name of ['sends', 'questions']) {
    await sql`alter table issuance add column ${sql.ref(name)} ${number} not null default 0`.execute(
      db,
    )
  }
  for (const name of ['spent_at', 'refused_through']) {
    await sql`alter table issuance add column ${sql.ref(name)} text`.execute(db)
  }
}
