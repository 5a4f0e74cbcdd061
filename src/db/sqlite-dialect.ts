import { setTimeout as pause } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  Driver,
  Kysely,
  QueryResult,
} from 'kysely'
import { CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { openSqliteFile } from './sqlite-file.ts'
import type { WriteState } from './write-state.ts'

const CONNECTIONS_MAX = 4
const STATEMENTS_MAX = 400
const BUSY_WAIT_MS = 10_000
const CACHEABLE = /^\s*(select|insert|update|delete|with|begin|commit|rollback)\b/i

/**
 * SQLite as Kysely sees it, with three differences from the built-in dialect: several connections,
 * so that readers never queue behind an open transaction; transactions that begin immediate, so that
 * none fails half-way because another process wrote first; and a lock held by somebody else is
 * waited for without blocking the event loop.
 */
export class SqlitePoolDialect implements Dialect {
  readonly #file: string
  readonly #state: WriteState

  /** @param state is told of every statement that fails */
  constructor(file: string, state: WriteState) {
    this.#file = file
    this.#state = state
  }

  createAdapter(): SqliteAdapter {
    return new PooledSqliteAdapter()
  }

  createDriver(): Driver {
    return new SqlitePoolDriver(this.#file, this.#state)
  }

  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SteadyQueryCompiler()
  }
}

/**
 * A place for a value in SQL for SQLite. A bare `?` beside a column lets SQLite plan by the value: the
 * statement is planned anew at each run, ten times the work of finding a row. Naming the collation
 * that all our columns have changes nothing but that.
 */
export const SQLITE_PLACE = '? collate binary'

class SteadyQueryCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return SQLITE_PLACE
  }
}

class PooledSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite can undo `create table` like anything else, so a migration that is cut leaves nothing. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqlitePoolDriver implements Driver {
  readonly #file: string
  readonly #all: SqliteConnection[] = []
  readonly #idle: SqliteConnection[] = []
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []
  readonly #max: number
  readonly #state: WriteState

  constructor(file: string, state: WriteState) {
    this.#file = file
    this.#state = state
    this.#max = file === ':memory:' ? 1 : CONNECTIONS_MAX
  }

  async init(): Promise<void> {
    this.#idle.push(this.#open())
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const idle = this.#idle.pop()
    if (idle) return idle
    if (this.#all.length < this.#max) return this.#open()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    const next = this.#waiting.shift()
    if (next) next(connection)
    else this.#idle.push(connection)
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  /** A disk error ends a transaction by itself; rolling back once more must not hide that error. */
  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    if (connection.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    for (const connection of this.#all) connection.close()
  }

  #open(): SqliteConnection {
    const connection = new SqliteConnection(openSqliteFile(this.#file), this.#state)
    this.#all.push(connection)
    return connection
  }
}

/** One connection; what needs more than Kysely's interface (bulk-insert.ts) asks it directly. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: Database.Database
  readonly #state: WriteState
  readonly #statements = new Map<string, Database.Statement>()

  constructor(database: Database.Database, state: WriteState) {
    this.#database = database
    this.#state = state
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const deadline = Date.now() + BUSY_WAIT_MS
    for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
      try {
        return this.#run<Row>(query)
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) {
          this.#state.note(error)
          throw error
        }
        await pause(wait)
      }
    }
  }

  /**
   * Runs one statement once a row, inside the transaction that is open on this connection, and
   * answers the row ids; null where a conflict was passed over.
   */
  runEach(sql: string, rows: readonly (readonly unknown[])[]): (number | null)[] {
    if (!this.#database.inTransaction) throw new Error('Rows in bulk belong in a transaction')
    const statement = this.#prepare(sql)
    try {
      return rows.map((row) => {
        const { changes, lastInsertRowid } = statement.run(row)
        return changes === 0 ? null : Number(lastInsertRowid)
      })
    } catch (error) {
      this.#state.note(error)
      throw error
    }
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; paging is by keyset
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming would hold a connection; read by keyset instead')
  }

  close(): void {
    this.#database.close()
  }

  #run<Row>(query: CompiledQuery): QueryResult<Row> {
    const statement = this.#prepare(query.sql)
    if (statement.reader) return { rows: statement.all(query.parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(query.parameters)
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
  }

  /** Preparing costs as much as a small query, so statements are kept, the least used dropped. */
  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known) {
      // Set again, it is the newest of the map, which keeps the order of use.
      this.#statements.delete(sql)
      this.#statements.set(sql, known)
      return known
    }
    const statement = this.#database.prepare(sql)
    if (CACHEABLE.test(sql)) {
      if (this.#statements.size >= STATEMENTS_MAX) this.#forgetOldest()
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #forgetOldest(): void {
    const oldest = this.#statements.keys().next()
    if (!oldest.done) this.#statements.delete(oldest.value)
  }
}

/**
 * Another connection holds the write lock, or puts the file in order after a process that died; a
 * snapshot that is too old is a fault, not a wait.
 */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: string }).code : undefined
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY'
}
