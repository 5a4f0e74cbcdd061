import type { Db } from '../db/open.ts'
import { appliedMigrations, rowsOf, snapshot, tablesInOrder } from '../db/snapshot-store.ts'
import type { BackupLine } from './backup-file.ts'
import { keyCheckOf, toCells, writeBackup } from './backup-file.ts'

/**
 * Writes everything that stands in the database at this moment to one file, while the portal goes
 * on working, and answers how many rows each table gave.
 */
export async function backUp(
  db: Db,
  file: string,
  key: Buffer,
  now: Date,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  await snapshot(db, (frozen) =>
    writeBackup(file, key, lines(frozen, counts, keyCheckOf(key), now)),
  )
  return counts
}

async function* lines(
  db: Db,
  counts: Record<string, number>,
  keyCheck: string,
  now: Date,
): AsyncGenerator<BackupLine> {
  const migrations = await appliedMigrations(db)
  yield { format: 'portal-backup', version: 1, madeAt: now.toISOString(), keyCheck, migrations }
  for (const { name, columns } of await tablesInOrder(db)) {
    yield { table: name, columns }
    let count = 0
    for await (const rows of rowsOf(db, name)) {
      for (const row of rows) yield { row: toCells(columns, row) }
      count += rows.length
    }
    counts[name] = count
  }
  yield { end: true, rows: counts }
}
