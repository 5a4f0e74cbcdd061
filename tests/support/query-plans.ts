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
