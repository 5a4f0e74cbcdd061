import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** Who issues, where, which number comes next, and every document on its way through the SRI. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await issuers(db)
  await issuances(db)
  await outages(db)
}

async function issuers(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    id(create.createTable('issuer'))
      .addColumn('ruc', 'text', (c) => c.notNull().unique())
      .addColumn('environment', 'text', (c) =>
        c.notNull().check(sql`environment in ('test', 'production')`),
      )
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('trade_name', 'text')
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('keeps_accounts', integer, (c) => c.notNull().check(sql`keeps_accounts in (0, 1)`))
      .addColumn('special_taxpayer', 'text')
      .addColumn('withholding_agent', 'text')
      .addColumn('rimpe', 'text', (c) => c.check(sql`rimpe in ('entrepreneur', 'popular')`))
      .addColumn('large_taxpayer', 'text')
      .addColumn('provider_ruc', 'text')
      .addColumn('algorithm', 'text', (c) =>
        c.notNull().check(sql`algorithm in ('rsa-sha1', 'rsa-sha256')`),
      )
      .addColumn('changed_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('establishment')
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('establishment_key', ['issuer_id', 'code']),
    { withoutRowId: true },
  ).execute()

  await strict(
    create
      .createTable('emission_point')
      .addColumn('issuer_id', integer, (c) => c.notNull())
      .addColumn('establishment', 'text', (c) => c.notNull())
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('active', integer, (c) => c.notNull().check(sql`active in (0, 1)`))
      .addColumn('is_default', integer, (c) => c.notNull().check(sql`is_default in (0, 1)`))
      .addPrimaryKeyConstraint('emission_point_key', ['issuer_id', 'establishment', 'code'])
      .addForeignKeyConstraint(
        'emission_point_establishment',
        ['issuer_id', 'establishment'],
        'establishment',
        ['issuer_id', 'code'],
      ),
    { withoutRowId: true },
  ).execute()
  // Where a draft goes that names no place of its own: one place, or none.
  await sql`create unique index emission_point_default on emission_point (issuer_id)
    where is_default = 1`.execute(db)

  await strict(
    create
      .createTable('emission_sequence')
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('environment', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('establishment', 'text', (c) => c.notNull())
      .addColumn('point', 'text', (c) => c.notNull())
      // One past the last number of nine digits: the series is full.
      .addColumn('next', integer, (c) => c.notNull().check(sql`next between 1 and 1000000000`))
      .addPrimaryKeyConstraint('emission_sequence_key', [
        'issuer_id',
        'environment',
        'kind',
        'establishment',
        'point',
      ]),
    { withoutRowId: true },
  ).execute()
}

async function issuances(db: Kysely<unknown>): Promise<void> {
  const { bytes, id, integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    id(create.createTable('issuance'))
      .addColumn('source', 'text', (c) => c.notNull().unique())
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('environment', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('establishment', 'text', (c) => c.notNull())
      .addColumn('point', 'text', (c) => c.notNull())
      .addColumn('sequence', integer, (c) =>
        c.notNull().check(sql`sequence between 1 and 999999999`),
      )
      .addColumn('access_key', 'text', (c) => c.notNull().unique())
      .addColumn('draft', 'text', (c) => c.notNull())
      .addColumn('edition', integer, (c) => c.notNull())
      .addColumn('is_fee', integer, (c) => c.notNull().check(sql`is_fee in (0, 1)`))
      .addColumn('state', 'text', (c) =>
        c.notNull().check(sql`state in ('numbered', 'faulty', 'ready', 'sending', 'unanswered',
          'received', 'registered', 'number-taken', 'number-lost', 'returned', 'unauthorized',
          'different', 'authorized')`),
      )
      .addColumn('next_step', 'text', (c) => c.check(sql`next_step in ('make', 'send', 'ask')`))
      .addColumn('next_at', 'text')
      .addColumn('claimed_by', 'text')
      .addColumn('tries', integer, (c) => c.notNull())
      .addColumn('sent_at', 'text')
      .addColumn('refusals', integer, (c) => c.notNull())
      .addColumn('refused_at', 'text')
      .addColumn('answer_code', 'text')
      .addColumn('answer', 'text')
      .addColumn('lot_id', integer, (c) => c.references('lot.id'))
      .addColumn('lot_n', integer)
      .addColumn('receipt_id', integer, (c) => c.references('receipt.id'))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'text', (c) => c.notNull())
      .addUniqueConstraint('issuance_number', [
        'issuer_id',
        'environment',
        'kind',
        'establishment',
        'point',
        'sequence',
      ])
      // Something is due at a time, or nothing is.
      .addCheckConstraint(
        'issuance_next',
        sql`(next_step is null) = (next_at is null)
          and (state <> 'authorized' or next_step is null and receipt_id is not null)`,
      ),
  ).execute()
  // What is due, whoever does it: it empties itself.
  await sql`create index issuance_due on issuance (next_step, next_at, id)
    where next_step is not null`.execute(db)
  // What waits for a person: everything that stands still and is not authorised.
  await sql`create index issuance_stopped on issuance (state, id)
    where next_step is null and state <> 'authorized'`.execute(db)
  await sql`create index issuance_lot on issuance (lot_id, state) where lot_id is not null`.execute(
    db,
  )
  // A receipt that is withdrawn or looked at is asked where it came from.
  await sql`create unique index issuance_receipt on issuance (receipt_id)
    where receipt_id is not null`.execute(db)

  await strict(
    create
      .createTable('issuance_document')
      .addColumn('issuance_id', integer, (c) => c.primaryKey().references('issuance.id'))
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('size', integer, (c) => c.notNull())
      .addColumn('dictionary_id', integer, (c) => c.references('document_dictionary.id'))
      .addColumn('bytes', bytes, (c) => c.notNull()),
  ).execute()

  await strict(
    id(create.createTable('issuance_event'))
      .addColumn('issuance_id', integer, (c) => c.notNull().references('issuance.id'))
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addColumn('code', 'text')
      .addColumn('text', 'text'),
  ).execute()
  await create
    .createIndex('issuance_event_issuance')
    .on('issuance_event')
    .columns(['issuance_id', 'id'])
    .execute()
}

async function outages(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('outage'))
      .addColumn('began_at', 'text', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull())
      .addColumn('trials', integer, (c) => c.notNull())
      .addColumn('trial_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('waited', integer)
      .addColumn('first_key', 'text'),
  ).execute()
  // All processes share the one outage there is.
  await sql`create unique index outage_open on outage (coalesce(ended_at, ''))
    where ended_at is null`.execute(db)
}
