import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Schema } from './schema.ts'
import { SqlitePoolDialect } from './sqlite-dialect.ts'
import { WriteState } from './write-state.ts'

/** A connection pool to either database, or a transaction: what every store takes first. */
export type Db = Kysely<Schema>

const POSTGRES_INT8 = 20
const POSTGRES_NUMERIC = 1700

/**
 * Opens `sqlite:<file>`, `sqlite::memory:` or `postgres://…`. The first query, not this call, tells
 * whether a PostgreSQL server can be reached.
 */
export function openDb(url: string): Db {
  const state = new WriteState()
  const db: Db = url.startsWith('sqlite:')
    ? new Kysely({ dialect: new SqlitePoolDialect(url.slice('sqlite:'.length), state) })
    : new Kysely({
        dialect: new PostgresDialect({ pool: openPool(url) }),
        log: (event) => {
          if (event.level === 'error') state.note(event.error)
        },
      })
  WRITE_STATES.set(db, state)
  return db
}

const WRITE_STATES = new WeakMap<Db, WriteState>()

/** What is known of the writes of a database. Throws for one that `openDb` did not open: nothing. */
export function writeStateOf(db: Db): WriteState {
  const state = WRITE_STATES.get(db)
  if (!state) throw new Error('The writes of this database are watched by nobody')
  return state
}

/**
 * A server that is gone makes queries fail, within seconds, and not the process: whoever asked says
 * so or asks again. The limits keep one stuck statement from holding everybody's locks.
 */
function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  // A connection that breaks while nobody uses it is dropped by the pool; there is nobody to tell.
  pool.on('error', () => undefined)
  return pool
}

// Both databases answer integers and sums as numbers: cents and counts stay far below 2^53.
pg.types.setTypeParser(POSTGRES_INT8, Number)
pg.types.setTypeParser(POSTGRES_NUMERIC, Number)

/** Whether the SQL of this database is PostgreSQL's (a server or PGlite) rather than SQLite's. */
export function isPostgres(db: Pick<Db, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}
