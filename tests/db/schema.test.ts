import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { pendingMigrations } from '#src/db/migrate.ts'
import { eachDatabase } from '#tests/support/databases.ts'

const TABLES = path.resolve(import.meta.dirname, '../../src/db/tables')

/** The columns that src/db/tables declares, table by table, read from its text. */
function declaredTables(): Map<string, string[]> {
  const files = fs.globSync('**/*.ts', { cwd: TABLES })
  const text = files.map((file) => fs.readFileSync(path.join(TABLES, file), 'utf8')).join('\n')
  const blocks = new Map(
    [...text.matchAll(/interface (\w+) \{\n([^}]*)\}/g)].map(([, name = '', body = '']) => [
      name,
      [...body.matchAll(/^ {2}(\w+): (.*)$/gm)].map(([, field = '', type = '']) => ({
        field,
        type,
      })),
    ]),
  )
  const tables = [...blocks].filter(([name]) => name.endsWith('Tables')).flatMap(([, list]) => list)
  return new Map(
    tables.map(({ field, type }) => [
      field,
      (blocks.get(type) ?? []).map((column) => column.field).sort(),
    ]),
  )
}

eachDatabase((open) => {
  it('has just the tables and columns that the code declares', async () => {
    const db = await open()
    const tables = (await db.introspection.getTables()).filter((t) => !t.name.startsWith('kysely_'))
    const found = tables.map(
      (t) => [t.name, t.columns.map((column) => column.name).sort()] as const,
    )
    expect(new Map(found.toSorted())).toEqual(new Map([...declaredTables()].toSorted()))
  })

  it('lacks no migration once migrated', async () => {
    expect(await pendingMigrations(await open())).toEqual([])
  })
})
