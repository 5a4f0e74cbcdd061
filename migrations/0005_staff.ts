import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/**
 * People of the bank: whom an administrator shut out, and with what they prove who they are. And the
 * index from which a search adds up: a tenth of the pages that the rows themselves fill.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  const create = db.schema

  await create.alterTable('login').addColumn('disabled_at', 'text').execute()

  await strict(
    create
      .createTable('second_factor')
      .addColumn('login_id', integer, (c) => c.primaryKey().references('login.id'))
      .addColumn('secret', 'text', (c) => c.notNull())
      .addColumn('last_step', integer, (c) => c.notNull())
      .addColumn('confirmed_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    id(create.createTable('recovery_code'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('code_hash', 'text', (c) => c.notNull().unique())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('used_at', 'text'),
  ).execute()
  await create.createIndex('recovery_code_login').on('recovery_code').column('login_id').execute()

  await strict(
    id(create.createTable('passkey'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('credential_id', 'text', (c) => c.notNull().unique())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('counter', integer, (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('used_at', 'text'),
  ).execute()
  await create.createIndex('passkey_login').on('passkey').column('login_id').execute()

  await auditIndexes(db)
  await sessionsWithSecondFactor(db)
  await create
    .createIndex('receipt_owner_sums')
    .on('receipt_owner')
    .columns(['party_id', 'issued_on', 'kind', 'total_cents', 'status'])
    .execute()
}

/**
 * One more scope of a session. SQLite cannot change what a column accepts, so the table is made anew,
 * and everybody signs in again.
 */
async function sessionsWithSecondFactor(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await db.schema.dropTable('session').execute()
  await strict(
    db.schema
      .createTable('session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('scope', 'text', (c) =>
        c
          .notNull()
          .check(
            sql`scope in ('full', 'first-login', 'recovery', 'unknown-device', 'second-factor')`,
          ),
      )
      .addColumn('login_id', integer, (c) => c.references('login.id'))
      .addColumn('party_id', integer, (c) => c.references('party.id'))
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('draft', 'text')
      .addColumn('device_id', integer, (c) => c.references('device.id'))
      .addColumn('return_to', 'text')
      .addColumn('user_agent', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text'),
  ).execute()
  await db.schema.createIndex('session_login').on('session').column('login_id').execute()
  await db.schema.createIndex('session_expiry').on('session').column('expires_at').execute()
  for (const column of ['party_id', 'device_id']) {
    const name = `session_${column.replace('_id', '')}`
    await sql`create index ${sql.ref(name)} on session (${sql.ref(column)})
      where ${sql.ref(column)} is not null`.execute(db)
  }
}

/** What an auditor looks through: all of it, one actor's, or one kind of deed, the newest first. */
async function auditIndexes(db: Kysely<unknown>): Promise<void> {
  const columns = { time: [], actor: ['actor'], action: ['action'] }
  for (const [name, first] of Object.entries(columns)) {
    await db.schema
      .createIndex(`audit_${name}`)
      .on('audit')
      .columns([...first, 'at', 'id'])
      .execute()
  }
}
