import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'

const SERVER = process.env['TEST_DATABASE_URL'] ?? ''

// Only a real server has connections to lose; global-setup.ts says when there is none.
describe.skipIf(!SERVER)('a PostgreSQL server', () => {
  it('may end our connections: the next query has another', async () => {
    const ours = openDb(SERVER)
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(ours)
    const admin = openDb(SERVER)
    await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(admin)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const again = await sql<{ one: number }>`select 1 as one`.execute(ours)
    expect(again.rows).toEqual([{ one: 1 }])
    await Promise.all([ours.destroy(), admin.destroy()])
  })

  it('undoes one of two stories that wait for each other, and it is told again', async () => {
    const db = openDb(SERVER)
    const lock = (key: number) => sql`select pg_advisory_xact_lock(${sql.lit(key)})`
    const story = (first: number, second: number) =>
      transaction(db, async (tx) => {
        await lock(first).execute(tx)
        await new Promise((resolve) => setTimeout(resolve, 150))
        await lock(second).execute(tx)
        return first
      })
    expect(await Promise.all([story(901, 902), story(902, 901)])).toEqual([901, 902])
    await db.destroy()
  })
})
