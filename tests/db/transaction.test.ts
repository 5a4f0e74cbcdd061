import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { eachDatabase, temporaryFolder } from '#tests/support/databases.ts'

const AT = '2026-11-21T12:00:00.000Z'

async function names(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('party').select('name').orderBy('id').execute()
  return rows.map((row) => row.name)
}

eachDatabase((open) => {
  it('keeps everything when the story returns and nothing when it throws', async () => {
    const db = await open()
    await transaction(db, (tx) =>
      tx.insertInto('party').values({ name: 'María', created_at: AT }).execute(),
    )
    const failing = transaction(db, async (tx) => {
      await tx.insertInto('party').values({ name: 'Pedro', created_at: AT }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names(db)).toEqual(['María'])
  })

  it('refuses a transaction inside a transaction instead of waiting for itself', async () => {
    const db = await open()
    const nested = transaction(db, (tx) => transaction(tx, async () => 'never'))
    await expect(nested).rejects.toThrow('inside a transaction')
  })

  it('counts right when fifty stories read and write at once', async () => {
    const db = await open()
    await db.insertInto('throttle').values({ name: 'n', count: 0, window_ends_at: AT }).execute()
    const stories = Array.from({ length: 50 }, () =>
      transaction(db, (tx) =>
        tx
          .updateTable('throttle')
          .set((eb) => ({ count: eb('count', '+', 1) }))
          .where('name', '=', 'n')
          .execute(),
      ),
    )
    await Promise.all(stories)
    const row = await db.selectFrom('throttle').select('count').executeTakeFirstOrThrow()
    expect(row.count).toBe(50)
  })
})

it('lets readers go on, and a second process wait, while a transaction is open', async () => {
  const file = path.join(temporaryFolder(), 'portal.db')
  const here = openDb(`sqlite:${file}`)
  const there = openDb(`sqlite:${file}`)
  await migrate(here)
  let open = true
  const slow = transaction(here, async (tx) => {
    await tx.insertInto('party').values({ name: 'María', created_at: AT }).execute()
    await pause(300)
    open = false
  })
  await pause(50)
  expect(await names(here)).toEqual([])
  expect(open).toBe(true)
  await transaction(there, (tx) =>
    tx.insertInto('party').values({ name: 'Pedro', created_at: AT }).execute(),
  )
  expect(open).toBe(false)
  await slow
  expect(await names(there)).toEqual(['María', 'Pedro'])
  await Promise.all([here.destroy(), there.destroy()])
})
