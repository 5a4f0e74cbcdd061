import { expect, it } from 'vitest'
import { anyOf, insertNumberedRows } from '#src/db/bulk-insert.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { eachDatabase } from '#tests/support/databases.ts'

const AT = '2026-11-21T12:00:00.000Z'

function add(db: Db, usernames: readonly string[]): Promise<(number | null)[]> {
  const rows = usernames.map((username, at) => [username, `Persona ${at}`, 'customer', AT])
  return transaction(db, (tx) =>
    insertNumberedRows(tx, {
      table: 'login',
      columns: ['username', 'display_name', 'role', 'created_at'],
      rows,
      skipWhenTaken: 'username',
    }),
  )
}

async function named(db: Db, usernames: readonly string[]): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('login')
    .select(['username', 'display_name'])
    .where('username', 'in', anyOf(db, usernames))
    .execute()
  return Object.fromEntries(rows.map((row) => [row.username, row.display_name]))
}

eachDatabase((open) => {
  it('numbers the first of two rows with one key and passes over the second', async () => {
    const db = await open()
    const [first, again, other] = await add(db, ['0912345214', '0912345214', '0923456781'])
    expect([typeof first, again, typeof other]).toEqual(['number', null, 'number'])
    expect(first).not.toBe(other)
    expect(await named(db, ['0912345214', '0923456781'])).toEqual({
      '0912345214': 'Persona 0',
      '0923456781': 'Persona 2',
    })
  })

  it('numbers nothing that was there before', async () => {
    const db = await open()
    await add(db, ['0912345214'])
    const [taken, fresh] = await add(db, ['0912345214', '0923456781'])
    expect([taken, typeof fresh]).toEqual([null, 'number'])
  })
})
