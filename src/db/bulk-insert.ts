import type { RawBuilder } from 'kysely'
import { CompiledQuery, sql } from 'kysely'
import { isPostgres } from './open.ts'
import type { Schema } from './schema.ts'
import { SqliteConnection } from './sqlite-dialect.ts'
import type { Tx } from './transaction.ts'

type SqlValue = string | number | Uint8Array | null

/** Rows for one table, each with a value for every column, in the order of the columns. */
interface Insertion<Table extends keyof Schema> {
  table: Table
  columns: readonly (keyof Schema[Table] & string)[]
  rows: readonly (readonly SqlValue[])[]
  /** The unique column (or columns, with commas) whose conflicts are passed over in silence. */
  skipWhenTaken?: string
  /** Instead: what is unique, and the columns that are added to the row that is there. */
  addWhenTaken?: { unique: string; sums: readonly string[] }
  /** The whole clause `on conflict … do update …`, instead. */
  whenTaken?: string
}

type AnyInsertion = Omit<Insertion<keyof Schema>, 'columns'> & { columns: readonly string[] }

/** The server takes 65,535 parameters a statement; beyond some hundred rows nothing is gained. */
const PARAMETERS_MAX = 16_000

/**
 * Inserts many rows inside a transaction. Building a query a row costs more than the row itself, so
 * SQLite runs one prepared statement and PostgreSQL takes hundreds of rows a statement.
 */
export async function insertRows<Table extends keyof Schema>(
  tx: Tx,
  insertion: Insertion<Table>,
): Promise<void> {
  if (insertion.rows.length === 0) return
  if (isPostgres(tx)) await runChunks(tx, insertion, '')
  else await runEach(tx, insertion)
}

/**
 * Inserts rows into a table that numbers itself and answers the new `id` of each row, in their
 * order; null for a row that `skipWhenTaken` passed over (which must then be a single column).
 */
export async function insertNumberedRows<Table extends keyof Schema>(
  tx: Tx,
  insertion: Insertion<Table>,
): Promise<(number | null)[]> {
  const { rows, skipWhenTaken, columns } = insertion
  if (rows.length === 0) return []
  if (!isPostgres(tx)) return runEach(tx, insertion)
  if (!skipWhenTaken) {
    const answers = await runChunks(tx, insertion, 'returning id')
    // Numbers are given in the order of the rows; the order of the answers is nowhere promised.
    return answers.map((row) => Number(row['id'])).sort((a, b) => a - b)
  }
  const answers = await runChunks(tx, insertion, `returning id, ${skipWhenTaken} as taken`)
  const ids = new Map(answers.map((row) => [row['taken'], Number(row['id'])]))
  const at = (columns as readonly string[]).indexOf(skipWhenTaken)
  return rows.map((row) => {
    const id = ids.get(row[at]) ?? null
    // The same key twice: the first row is the one that went in, as on SQLite.
    ids.delete(row[at])
    return id
  })
}

/**
 * The right side of `column in …` for a list of any length: one statement serves them all, so that
 * neither database has to plan it again.
 */
export function anyOf<Value extends string | number>(
  tx: Pick<Tx, 'getExecutor'>,
  values: readonly Value[],
): RawBuilder<Value> {
  // Of nothing PostgreSQL could not tell the type.
  if (values.length === 0) return sql`(null)`
  if (!isPostgres(tx)) return sql`(select value from json_each(${JSON.stringify(values)}))`
  const type = typeof values[0] === 'number' ? sql`bigint` : sql`text`
  const list = sql`json_array_elements_text(${JSON.stringify(values)}::json)`
  return sql`(select cast(value as ${type}) from ${list} as listed(value))`
}

async function runEach(tx: Tx, insertion: AnyInsertion): Promise<(number | null)[]> {
  const { table, columns, rows } = insertion
  const marks = columns.map(() => '?').join(', ')
  const statement = `insert into ${table} (${columns.join(', ')}) values (${marks})${onConflict(insertion)}`
  return tx.getExecutor().provideConnection(async (connection) => {
    if (!(connection instanceof SqliteConnection)) throw new Error('Not a SQLite connection')
    return connection.runEach(statement, rows)
  })
}

async function runChunks(
  tx: Tx,
  insertion: AnyInsertion,
  returning: string,
): Promise<Record<string, unknown>[]> {
  const { table, columns, rows } = insertion
  const head = `insert into ${table} (${columns.join(', ')}) values `
  const tail = `${onConflict(insertion)} ${returning}`
  const size = Math.max(1, Math.floor(PARAMETERS_MAX / columns.length))
  const answers: Record<string, unknown>[] = []
  for (let start = 0; start < rows.length; start += size) {
    const chunk = rows.slice(start, start + size)
    const marks = chunk.map((_, row) => rowOfMarks(row * columns.length, columns.length)).join(',')
    const query = CompiledQuery.raw(head + marks + tail, chunk.flat())
    const { rows: answered } = await tx.executeQuery<Record<string, unknown>>(query)
    for (const answer of answered) answers.push(answer)
  }
  return answers
}

function onConflict({ table, skipWhenTaken, addWhenTaken, whenTaken }: AnyInsertion): string {
  if (whenTaken) return ` ${whenTaken}`
  if (skipWhenTaken) return ` on conflict (${skipWhenTaken}) do nothing`
  if (!addWhenTaken) return ''
  const sums = addWhenTaken.sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`)
  return ` on conflict (${addWhenTaken.unique}) do update set ${sums.join(', ')}`
}

function rowOfMarks(before: number, count: number): string {
  return `(${Array.from({ length: count }, (_, at) => `$${before + at + 1}`).join(',')})`
}
