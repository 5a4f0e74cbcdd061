import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  const create = db.schema

  await strict(
    id(create.createTable('party'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('party_identification')
      .addColumn('number', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) =>
        c.notNull().check(sql`kind in ('cedula', 'ruc', 'passport', 'foreign')`),
      )
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id')),
  ).execute()
  await create
    .createIndex('party_identification_party')
    .on('party_identification')
    .column('party_id')
    .execute()

  await strict(
    id(create.createTable('contact'))
      .addColumn('party_id', integer, (c) => c.notNull().references('party.id'))
      .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('email')`))
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull().check(sql`source in ('bank', 'customer')`))
      .addColumn('confirmed_at', 'text')
      .addColumn('replaced_at', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull()),
  ).execute()
  await create.createIndex('contact_party').on('contact').column('party_id').execute()

  await strict(
    id(create.createTable('login'))
      .addColumn('party_id', integer, (c) => c.unique().references('party.id'))
      .addColumn('username', 'text', (c) => c.notNull().unique())
      .addColumn('display_name', 'text', (c) => c.notNull())
      .addColumn('role', 'text', (c) =>
        c
          .notNull()
          .check(
            sql`role in ('customer', 'accountant', 'loader', 'approver', 'administrator', 'auditor')`,
          ),
      )
      .addColumn('password_hash', 'text')
      .addColumn('password_changed_at', 'text')
      .addColumn('email', 'text')
      .addColumn('alerts', 'text', (c) =>
        c.notNull().defaultTo('each').check(sql`alerts in ('each', 'daily', 'off')`),
      )
      .addColumn('theme', 'text', (c) =>
        c.notNull().defaultTo('auto').check(sql`theme in ('auto', 'claro', 'oscuro')`),
      )
      .addColumn('shortcuts', integer, (c) => c.notNull().defaultTo(1))
      .addColumn('failures', integer, (c) => c.notNull().defaultTo(0))
      .addColumn('failures_total', integer, (c) => c.notNull().defaultTo(0))
      .addColumn('locked_at', 'text')
      .addColumn('frozen_at', 'text')
      .addColumn('last_login_at', 'text')
      .addColumn('previous_login_at', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull()),
  ).execute()

  await strict(
    create
      .createTable('first_login_window')
      .addColumn('party_id', integer, (c) => c.primaryKey().references('party.id'))
      .addColumn('opened_at', 'text', (c) => c.notNull())
      .addColumn('closes_at', 'text', (c) => c.notNull())
      .addColumn('used_at', 'text'),
  ).execute()

  await strict(
    id(create.createTable('device'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('token_hash', 'text', (c) => c.notNull().unique())
      .addColumn('label', 'text', (c) => c.notNull())
      .addColumn('failures', integer, (c) => c.notNull().defaultTo(0))
      .addColumn('first_seen_at', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'text', (c) => c.notNull()),
  ).execute()
  await create
    .createIndex('device_login')
    .on('device')
    .columns(['login_id', 'seen_at', 'id'])
    .execute()
  await create.createIndex('device_seen').on('device').column('seen_at').execute()

  await strict(
    create
      .createTable('session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('scope', 'text', (c) =>
        c.notNull().check(sql`scope in ('full', 'first-login', 'recovery', 'unknown-device')`),
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
  await create.createIndex('session_login').on('session').column('login_id').execute()
  await create.createIndex('session_expiry').on('session').column('expires_at').execute()
  await sql`create index session_party on session (party_id) where party_id is not null`.execute(db)
  await sql`create index session_device on session (device_id) where device_id is not null`.execute(
    db,
  )

  await strict(
    id(create.createTable('one_time_code'))
      .addColumn('session_id', 'text')
      .addColumn('login_id', integer, (c) => c.references('login.id'))
      .addColumn('party_id', integer, (c) => c.references('party.id'))
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('code_hash', 'text', (c) => c.notNull())
      .addColumn('attempts_left', integer, (c) => c.notNull())
      .addColumn('sent_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text'),
  ).execute()
  await create
    .createIndex('one_time_code_session')
    .on('one_time_code')
    .column('session_id')
    .execute()
  await create
    .createIndex('one_time_code_expiry')
    .on('one_time_code')
    .column('expires_at')
    .execute()

  await strict(
    id(create.createTable('initial_password'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('password_hash', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'text'),
  ).execute()
  await create
    .createIndex('initial_password_login')
    .on('initial_password')
    .column('login_id')
    .execute()
  await create
    .createIndex('initial_password_expiry')
    .on('initial_password')
    .column('expires_at')
    .execute()

  await strict(
    id(create.createTable('mailed_link'))
      .addColumn('login_id', integer, (c) => c.notNull().references('login.id'))
      .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('unlock', 'freeze')`))
      .addColumn('token_hash', 'text', (c) => c.notNull().unique())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text', (c) => c.notNull())
      .addColumn('used_at', 'text'),
  ).execute()
  await create.createIndex('mailed_link_login').on('mailed_link').column('login_id').execute()
  await create.createIndex('mailed_link_expiry').on('mailed_link').column('expires_at').execute()

  await strict(
    create
      .createTable('throttle')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('count', integer, (c) => c.notNull())
      .addColumn('window_ends_at', 'text', (c) => c.notNull()),
  ).execute()
  await create.createIndex('throttle_expiry').on('throttle').column('window_ends_at').execute()
}
