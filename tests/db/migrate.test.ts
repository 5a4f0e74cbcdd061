import path from 'node:path'
import type { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { temporaryFolder } from '#tests/support/databases.ts'

it('leaves nothing of a migration that is cut, and goes through when it is tried again', async () => {
  const db = openDb(`sqlite:${path.join(temporaryFolder(), 'portal.db')}`)
  let cut = true
  const halves = {
    getMigrations: async () => ({
      '0001_halves': {
        up: async (tx: Kysely<unknown>) => {
          await tx.schema.createTable('first').addColumn('id', 'integer').execute()
          if (cut) throw new Error('the power went')
          await tx.schema.createTable('second').addColumn('id', 'integer').execute()
        },
      },
    }),
  }
  await expect(migrate(db, halves)).rejects.toThrow('the power went')
  const names = async () => (await db.introspection.getTables()).map((table) => table.name)
  expect(await names()).toEqual([])
  cut = false
  expect(await migrate(db, halves)).toEqual(['0001_halves'])
  expect(await names()).toEqual(['first', 'second'])
  await db.destroy()
})

it('is done once when two processes start on the same empty file', async () => {
  const url = `sqlite:${path.join(temporaryFolder(), 'portal.db')}`
  const [one, other] = [openDb(url), openDb(url)]
  const applied = await Promise.all([migrate(one), migrate(other)])
  expect(applied.map((names) => names.length > 0).sort()).toEqual([false, true])
  await Promise.all([one.destroy(), other.destroy()])
})
