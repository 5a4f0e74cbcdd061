import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** So many parties at a time: one statement for all would hold everything it changes at once. */
const PARTIES_AT_ONCE = 1_000

/** Firms of accountants, and what customers let them read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await firms(db)
  await grants(db)
  await numbersOfOwners(db)
  const { integer } = dialectOf(db)
  await sql`alter table receipt_reading add column grant_id ${sql.raw(integer as string)}
    references access_grant (id)`.execute(db)
  await sql`create index receipt_reading_grant on receipt_reading (grant_id, id)
    where grant_id is not null`.execute(db)
}

async function firms(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('firm'))
      .addColumn('ruc', 'text', (c) => c.notNull().unique())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('created_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('created_at', 'text', (c) => c.notNull()),
  ).execute()
  await strict(
    db.schema
      .createTable('firm_member')
      .addColumn('login_id', integer, (c) => c.primaryKey().references('login.id'))
      .addColumn('firm_id', integer, (c) => c.notNull().references('firm.id'))
      .addColumn('is_lead', integer, (c) => c.notNull())
      .addColumn('added_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('added_at', 'text', (c) => c.notNull())
      .addColumn('removed_at', 'text'),
  ).execute()
  await db.schema.createIndex('firm_member_firm').on('firm_member').column('firm_id').execute()
  await strict(
    db.schema
      .createTable('member_client')
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('given_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('given_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('member_client_key', ['login_id', 'party_id']),
    { withoutRowId: true },
  ).execute()
  await db.schema
    .createIndex('member_client_party')
    .on('member_client')
    .column('party_id')
    .execute()
}

async function grants(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('access_request'))
      .addColumn('firm_id', integer, (c) => c.notNull().references('firm.id'))
      .addColumn('number', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('asked_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text', (c) => c.notNull())
      .addColumn('verdict', 'text', (c) => c.check(sql`verdict in ('approved', 'refused')`))
      .addColumn('decided_at', 'text'),
  ).execute()
  for (const column of ['firm_id', 'number']) {
    await db.schema
      .createIndex(`access_request_${column}`)
      .on('access_request')
      .columns([column, 'id'])
      .execute()
  }
  await strict(
    id(db.schema.createTable('access_grant'))
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('firm_id', integer, (c) => c.notNull().references('firm.id'))
      .addColumn('recipient_number', 'text')
      .addColumn('kinds', 'text', (c) => c.notNull())
      .addColumn('from_day', 'text')
      .addColumn('to_day', 'text')
      .addColumn('ends_on', 'text', (c) => c.notNull())
      .addColumn('request_id', integer, (c) => c.references('access_request.id'))
      .addColumn('granted_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('granted_at', 'text', (c) => c.notNull())
      .addColumn('renewed_by', integer, (c) => c.references('login.id'))
      .addColumn('renewed_at', 'text')
      .addColumn('revoked_by', integer, (c) => c.references('login.id'))
      .addColumn('revoked_at', 'text')
      .addColumn('told_ending_on', 'text'),
  ).execute()
  for (const column of ['party_id', 'firm_id', 'ends_on']) {
    await db.schema
      .createIndex(`access_grant_${column}`)
      .on('access_grant')
      .columns([column, 'id'])
      .execute()
  }
}

/**
 * The number by which a receipt names its owner, cédula or RUC, since some may read what was issued
 * to the one and not to the other. A guía keeps one recipient's number: its other owners get the
 * first of theirs, until it is read again.
 */
async function numbersOfOwners(db: Kysely<unknown>): Promise<void> {
  await sql`alter table receipt_owner add column recipient_number text not null default ''`.execute(
    db,
  )
  const { rows } = await sql<{ last: number | null }>`
    select max(party_id) as last from receipt_owner`.execute(db)
  const last = Number(rows[0]?.last ?? 0)
  for (let after = 0; after < last; after += PARTIES_AT_ONCE) {
    await sql`
      update receipt_owner set recipient_number = coalesce(
        (select p.number from receipt join party_identification as p
          on p.number = receipt.recipient_number and p.party_id = receipt_owner.party_id
          where receipt.id = receipt_owner.receipt_id),
        (select min(p.number) from party_identification as p
          where p.party_id = receipt_owner.party_id), '')
      where party_id > ${after} and party_id <= ${after + PARTIES_AT_ONCE}`.execute(db)
  }
}
