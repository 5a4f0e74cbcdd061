import { sql } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'
import { tablesInOrder } from './snapshot-store.ts'

/** What was looked at in the database itself, and what is wrong with it. */
interface Integrity {
  /** Rows of every table. */
  rows: number
  /** Whether pages, indexes and references were compared, or only what the database says of them. */
  thorough: boolean
  problems: string[]
}

/**
 * Counts the rows of every table and asks the database what is wrong. SQLite compares its file, its
 * indexes and its references. PostgreSQL answers no such question over SQL: there it is known only
 * that every table could be counted, and that no constraint or index is marked as not valid.
 */
export async function checkIntegrity(db: Db): Promise<Integrity> {
  const rows = await countRows(db)
  if (isPostgres(db)) return { rows, thorough: false, problems: await invalidOnPostgres(db) }
  return { rows, thorough: true, problems: await problemsOfFile(db) }
}

async function countRows(db: Db): Promise<number> {
  let rows = 0
  for (const { name } of await tablesInOrder(db)) {
    const counted = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)}`.execute(db)
    rows += Number(counted.rows[0]?.count ?? 0)
  }
  return rows
}

async function problemsOfFile(db: Db): Promise<string[]> {
  const integrity = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db)
  const foreign = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
  return [
    ...integrity.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...foreign.rows.map((row) => `una fila de ${row.table} nombra otra que no existe`),
  ]
}

async function invalidOnPostgres(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string; kind: string }>`
    select conname as name, 'restricción' as kind from pg_constraint
    where not convalidated and connamespace = current_schema()::regnamespace
    union all
    select c.relname, 'índice' from pg_index i join pg_class c on c.oid = i.indexrelid
    where not i.indisvalid and c.relnamespace = current_schema()::regnamespace`.execute(db)
  return rows.map(({ name, kind }) => `${kind} sin validar: ${name}`)
}
