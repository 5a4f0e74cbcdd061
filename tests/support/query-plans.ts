import path from 'node:path'
import type { CompiledQuery } from 'kysely'
import { Kysely, sql } from 'kysely'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import type { Schema } from '#src/db/schema.ts'
import { SqlitePoolDialect } from '#src/db/sqlite-dialect.ts'
import { WriteState } from '#src/db/write-state.ts'
import { temporaryFolder } from './databases.ts'

export interface Noted {
  db: Db
  queries: Map<string, CompiledQuery>
  /** How often each of them ran. */
  times: Map<string, number>
}

/** A SQLite database that notes every statement. */
export async function openNoted(): Promise<Noted> {
  const queries = new Map<string, CompiledQuery>()
  const times = new Map<string, number>()
  const db = new Kysely<Schema>({
    dialect: new SqlitePoolDialect(path.join(temporaryFolder(), 'portal.db'), new WriteState()),
    log: ({ query }) => {
      queries.set(query.sql, query)
      times.set(query.sql, (times.get(query.sql) ?? 0) + 1)
    },
  })
  await migrate(db)
  queries.clear()
  times.clear()
  return { db, queries, times }
}

/** Notes every statement that a database runs from now on. */
export function noteQueries(db: Db): Map<string, CompiledQuery> {
  const queries = new Map<string, CompiledQuery>()
  const executor = db.getExecutor()
  const run = executor.executeQuery.bind(executor)
  executor.executeQuery = (query, ...more) => {
    queries.set(query.sql, query)
    return run(query, ...more)
  }
  return queries
}

/**
 * Copies the first row of a table, with values of their own for what has to differ: SQL in which `n` is
 * the number of the copy. PostgreSQL plans by how much there is.
 */
export async function multiply(
  db: Db,
  table: string,
  copies: number,
  differ: Readonly<Record<string, string>>,
): Promise<void> {
  const found = (await db.introspection.getTables()).find(({ name }) => name === table)
  const columns = (found?.columns ?? []).map(({ name }) => name).filter((name) => name !== 'id')
  const values = columns.map((name) => sql.raw(differ[name] ?? name))
  await sql`insert into ${sql.id(table)} (${sql.join(columns.map((name) => sql.id(name)))})
    select ${sql.join(values)} from (select * from ${sql.id(table)} limit 1) as one
    cross join generate_series(1, ${sql.lit(copies)}) as n`.execute(db)
}

/** How PostgreSQL would go about a statement, step by step. */
export async function stepsOf(db: Db, query: CompiledQuery): Promise<string[]> {
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>({
    ...query,
    sql: `explain ${query.sql}`,
  })
  return rows.map((row) => row['QUERY PLAN'])
}

/**
 * Where a plan of PostgreSQL walks through all of a table, or of an index, that is not excused: each
 * step with what it is on.
 */
export async function walksOf(db: Db, query: CompiledQuery, excused: RegExp): Promise<string[]> {
  const lines = await stepsOf(db, query)
  return lines.filter((line, at) => {
    if (excused.test(line)) return false
    if (line.includes('Seq Scan on')) return true
    const byIndex = /Index (Only )?Scan/.test(line)
    return byIndex && !lines[at + 1]?.includes('Index Cond:')
  })
}

/** How SQLite would go about a statement, step by step. */
export async function planOf(db: Db, { sql: text, parameters }: CompiledQuery): Promise<string[]> {
  const marks = text.split('?')
  const explained = sql.join(
    marks.flatMap((part, at) =>
      at === 0 ? [sql.raw(part)] : [sql`${parameters[at - 1]}`, sql.raw(part)],
    ),
    sql``,
  )
  const { rows } = await sql<{ detail: string }>`explain query plan ${explained}`.execute(db)
  return rows.map(({ detail }) => detail)
}
