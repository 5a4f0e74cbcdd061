import crypto from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { record, verifyChain } from '#src/audit/audit-store.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { eachDatabase } from '#tests/support/databases.ts'

const key = crypto.randomBytes(32)
const NOW = new Date('2026-11-21T12:00:00Z')

async function recordMany(db: Db, count: number): Promise<void> {
  const stories = Array.from({ length: count }, (_, i) =>
    transaction(db, (tx) =>
      record(
        tx,
        key,
        { actor: 'system', action: 'staff.enabled', subject: `row:${i}`, detail: { rows: i } },
        NOW,
      ),
    ),
  )
  await Promise.all(stories)
}

/** What somebody with the database file in hand would do. */
async function tamper(db: Db, make: string, statement: string): Promise<void> {
  if (make === 'sqlite') {
    await sql`drop trigger if exists audit_no_update`.execute(db)
    await sql`drop trigger if exists audit_no_delete`.execute(db)
    await sql.raw(statement).execute(db)
    return
  }
  await sql`alter table audit disable trigger audit_no_change`.execute(db)
  await sql.raw(statement).execute(db)
  await sql`alter table audit enable trigger audit_no_change`.execute(db)
}

eachDatabase((open, make) => {
  it('holds when twenty writers append at once', async () => {
    const db = await open()
    await recordMany(db, 20)
    expect(await verifyChain(db, key)).toMatchObject({ ok: true, count: 20 })
  })

  it('refuses to change or delete a row', async () => {
    const db = await open()
    await recordMany(db, 1)
    await expect(db.updateTable('audit').set({ actor: 'x' }).execute()).rejects.toThrow(
      'append-only',
    )
    await expect(db.deleteFrom('audit').execute()).rejects.toThrow('append-only')
  })

  it.each([
    ['a changed row', "update audit set detail = '{}' where id = 3", 3],
    ['a deleted row', 'delete from audit where id = 3', 4],
    ['a forged row', "update audit set hash = 'f' where id = 5", 5],
  ])('shows %s and where', async (_, statement, brokenAt) => {
    const db = await open()
    await recordMany(db, 5)
    await tamper(db, make, statement)
    expect(await verifyChain(db, key)).toMatchObject({ ok: false, brokenAt })
  })

  it('shows a chain written with another key', async () => {
    const db = await open()
    await recordMany(db, 2)
    expect(await verifyChain(db, crypto.randomBytes(32))).toEqual({
      ok: false,
      count: 0,
      brokenAt: 1,
    })
  })
})
