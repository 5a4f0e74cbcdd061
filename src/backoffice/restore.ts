import { isDeepStrictEqual } from 'node:util'
import type { AuditEntry } from '../audit/audit-store.ts'
import { record } from '../audit/audit-store.ts'
import { migrate } from '../db/migrate.ts'
import type { Db } from '../db/open.ts'
import type { Row } from '../db/snapshot-store.ts'
import {
  appliedMigrations,
  resetNumbering,
  restoreRows,
  rowsOf,
  tablesInOrder,
} from '../db/snapshot-store.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import type { BackupLine, BackupTable } from './backup-file.ts'
import { keyCheckOf, readBackup, toRow } from './backup-file.ts'

export type RestoreRefusal = 'not-a-backup' | 'other-key' | 'cut' | 'not-empty' | 'other-schema'
export type Restored =
  | { ok: true; rows: Record<string, number> }
  | { ok: false; refusal: RestoreRefusal }

type Table = Awaited<ReturnType<typeof tablesInOrder>>[number]

const ROWS_AT_ONCE = 1_000

/**
 * Fills an empty database from a backup, in one transaction: a file that is cut, damaged or of
 * another schema leaves the database as it was. The audit chain says at its end that it was restored.
 */
export async function restore(
  db: Db,
  file: string,
  auditKey: Buffer,
  now: Date,
): Promise<Restored> {
  await migrate(db)
  if (!(await isEmpty(db))) return { ok: false, refusal: 'not-empty' }
  const migrations = await appliedMigrations(db)
  const tables = await tablesInOrder(db)
  try {
    return await transaction(db, async (tx) => {
      const filling = new Filling(tx, tables, migrations)
      for await (const line of readLines(file, auditKey)) if (await filling.take(line)) break
      const { madeAt, rows } = filling.end()
      const entry: AuditEntry = {
        actor: 'command-line',
        action: 'database.restored',
        subject: 'database',
        detail: { madeAt, rows: totalRows(rows) },
      }
      await record(tx, auditKey, entry, now)
      return { ok: true, rows }
    })
  } catch (error) {
    if (error instanceof UnfitBackup) return { ok: false, refusal: error.refusal }
    if (isUnfitRow(error)) return { ok: false, refusal: 'cut' }
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

/** The lines of one backup as they go into the database, each where the format has it. */
class Filling {
  readonly #tx: Tx
  readonly #tables: ReadonlyMap<string, readonly string[]>
  readonly #migrations: readonly string[]
  readonly #counts: Record<string, number> = {}
  #madeAt: string | null = null
  #table: BackupTable | null = null
  #waiting: Row[] = []
  #ended = false

  constructor(tx: Tx, tables: readonly Table[], migrations: readonly string[]) {
    this.#tx = tx
    this.#tables = new Map(tables.map(({ name, columns }) => [name, columns]))
    this.#migrations = migrations
  }

  /** Whether this was the last line. */
  async take(line: BackupLine): Promise<boolean> {
    if ('row' in line) {
      await this.#takeRow(line.row)
      return false
    }
    await this.#finishTable()
    if ('table' in line) this.#startTable(line)
    else if ('end' in line) {
      if (!isDeepStrictEqual(line.rows, this.#counts)) return cut()
      this.#ended = true
    } else {
      if (this.#madeAt !== null) return cut()
      if (line.migrations.join() !== this.#migrations.join()) throw new UnfitBackup('other-schema')
      this.#madeAt = line.madeAt
    }
    return this.#ended
  }

  end(): { madeAt: string; rows: Record<string, number> } {
    return this.#ended && this.#madeAt !== null
      ? { madeAt: this.#madeAt, rows: this.#counts }
      : cut()
  }

  #startTable(table: BackupTable): void {
    const columns = this.#tables.get(table.table)
    const again = Object.hasOwn(this.#counts, table.table)
    if (again || columns?.toSorted().join() !== table.columns.toSorted().join()) cut()
    this.#table = table
    this.#counts[table.table] = 0
  }

  async #takeRow(cells: Parameters<typeof toRow>[1]): Promise<void> {
    const table = this.#table
    if (!table || cells.length !== table.columns.length) return cut()
    this.#waiting.push(toRow(table.columns, cells))
    this.#counts[table.table] = (this.#counts[table.table] ?? 0) + 1
    if (this.#waiting.length === ROWS_AT_ONCE) await this.#flush()
  }

  async #finishTable(): Promise<void> {
    await this.#flush()
    if (this.#table) await resetNumbering(this.#tx, this.#table.table, this.#table.columns)
    this.#table = null
  }

  async #flush(): Promise<void> {
    const { table, columns } = this.#table ?? { table: '', columns: [] }
    if (this.#waiting.length > 0) await restoreRows(this.#tx, table, columns, this.#waiting)
    this.#waiting = []
  }
}

/** The database refuses what a row says: a value that is lacking, of another kind, of nobody. */
function isUnfitRow(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? ''
  return /^SQLITE_(CONSTRAINT|MISMATCH)|^2[23]\w{3}$/.test(code)
}

function cut(): never {
  throw new UnfitBackup('cut')
}

/** Whatever the decompressor or the JSON reader dislikes means the same to the person restoring. */
async function* readLines(file: string, key: Buffer): ReturnType<typeof readBackup> {
  let first = true
  try {
    for await (const line of readBackup(file, key)) {
      if (first && !('format' in line)) throw new UnfitBackup('not-a-backup')
      if ('format' in line && line.keyCheck !== keyCheckOf(key)) throw new UnfitBackup('other-key')
      first = false
      yield line
    }
  } catch (error) {
    // A file that cannot be opened or read is no fault of what it says.
    if (error instanceof UnfitBackup || (error as { syscall?: string }).syscall) throw error
    throw new UnfitBackup(first ? 'not-a-backup' : 'cut')
  }
}

/** Of all tables together. */
export function totalRows(rows: Record<string, number>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0)
}
