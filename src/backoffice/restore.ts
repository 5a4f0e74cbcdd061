import { migrate } from '../db/migrate.ts'
import type { Db } from '../db/open.ts'
import type { Row } from '../db/snapshot-store.ts'
import {
  appliedMigrations,
  insertRows,
  resetNumbering,
  rowsOf,
  tablesInOrder,
} from '../db/snapshot-store.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import { readBackup, toRow } from './backup-file.ts'

export type RestoreRefusal = 'not-a-backup' | 'cut' | 'not-empty' | 'other-schema'
export type Restored =
  | { ok: true; rows: Record<string, number> }
  | { ok: false; refusal: RestoreRefusal }

const ROWS_AT_ONCE = 1_000

/**
 * Fills an empty database from a backup, in one transaction: a file that is cut, damaged or of
 * another schema leaves the database as it was.
 */
export async function restore(db: Db, file: string): Promise<Restored> {
  await migrate(db)
  if (!(await isEmpty(db))) return { ok: false, refusal: 'not-empty' }
  const migrations = await appliedMigrations(db)
  try {
    const rows = await transaction(db, (tx) => fill(tx, file, migrations))
    return { ok: true, rows }
  } catch (error) {
    if (error instanceof UnfitBackup) return { ok: false, refusal: error.refusal }
    throw error
  }
}

/** Thrown, not returned, because what was filled so far has to be undone. */
class UnfitBackup extends Error {
  readonly refusal: RestoreRefusal

  constructor(refusal: RestoreRefusal) {
    super(refusal)
    this.refusal = refusal
  }
}

async function isEmpty(db: Db): Promise<boolean> {
  for (const { name } of await tablesInOrder(db)) {
    for await (const rows of rowsOf(db, name)) if (rows.length > 0) return false
  }
  return true
}

async function fill(tx: Tx, file: string, migrations: string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  let table = { name: '', columns: [] as string[] }
  let waiting: Row[] = []
  const flush = async () => {
    if (waiting.length > 0) await insertRows(tx, table.name, table.columns, waiting)
    waiting = []
  }
  for await (const line of readLines(file)) {
    if ('row' in line) {
      waiting.push(toRow(table.columns, line.row))
      counts[table.name] = (counts[table.name] ?? 0) + 1
      if (waiting.length === ROWS_AT_ONCE) await flush()
      continue
    }
    await flush()
    if (table.name) await resetNumbering(tx, table.name, table.columns)
    if ('format' in line && !sameMigrations(line.migrations, migrations)) {
      throw new UnfitBackup('other-schema')
    }
    if ('table' in line) {
      table = { name: line.table, columns: line.columns }
      counts[table.name] = 0
    }
    if ('end' in line) return JSON.stringify(line.rows) === JSON.stringify(counts) ? counts : cut()
  }
  return cut()
}

function cut(): never {
  throw new UnfitBackup('cut')
}

/** Whatever the decompressor or the JSON reader dislikes means the same to the person restoring. */
async function* readLines(file: string): ReturnType<typeof readBackup> {
  let first = true
  try {
    for await (const line of readBackup(file)) {
      if (first && !('format' in line && line.format === 'portal-backup')) {
        throw new UnfitBackup('not-a-backup')
      }
      first = false
      yield line
    }
  } catch (error) {
    if (error instanceof UnfitBackup || (error as { code?: string }).code === 'ENOENT') throw error
    throw new UnfitBackup(first ? 'not-a-backup' : 'cut')
  }
}

function sameMigrations(ours: string[], theirs: string[]): boolean {
  return ours.join() === theirs.join()
}
