import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openSqlite } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'

it('is ready with a database that answers, and tells its figures when it does not', async () => {
  const { app, db } = await openPortal()
  expect((await app.inject('/readyz')).json()).toEqual({
    ready: true,
    database: 'ok',
    writing: 'ok',
  })
  expect((await app.inject('/metrics')).body).toContain('mail_queue{state="pending"} 0')
  await db.destroy()
  const ready = await app.inject('/readyz')
  expect([ready.statusCode, ready.json()]).toMatchObject([
    503,
    { ready: false, database: 'failed' },
  ])
  const metrics = await app.inject('/metrics')
  expect(metrics.statusCode).toBe(200)
  expect(metrics.body).toContain('http_request_duration_seconds_count')
  expect(metrics.body).not.toContain('mail_queue{')
})

it('does not say that a database whose writes nobody watches takes them', async () => {
  const watched = await openSqlite()
  const { app } = await openPortal({ db: watched.withoutPlugins() })
  expect((await app.inject('/readyz')).json()).toEqual({
    ready: false,
    database: 'ok',
    writing: 'failed',
  })
})

it('is not ready on a database that lacks a migration, and is once it has it', async () => {
  const db = await openSqlite()
  const last = sql<{ name: string; timestamp: string }>`
    delete from kysely_migration where name = (select max(name) from kysely_migration)
    returning name, timestamp`
  const { rows } = await last.execute(db)
  const { app } = await openPortal({ db })
  expect((await app.inject('/readyz')).statusCode).toBe(503)
  const row = rows[0] ?? { name: '', timestamp: '' }
  await sql`insert into kysely_migration values (${row.name}, ${row.timestamp})`.execute(db)
  const ready = async () => (await app.inject('/readyz')).statusCode
  await expect.poll(ready, { timeout: 10_000 }).toBe(200)
})
