import type { Kysely } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** People of the bank: whom an administrator shut out, and with what they prove who they are. */
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
