import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'
import type { Schema } from './schema.ts'

/** What a story gets inside a transaction; a store takes it wherever it takes a `Db`. */
export type Tx = Transaction<Schema>

const lastWriter = new WeakMap<Db, Promise<unknown>>()

/**
 * What a commit has to survive: a loss of `power`, or only the end of this `process`, which spares
 * the wait for the disk. The second is for what may be done once more after a power cut.
 */
type Durability = 'power' | 'process'

/**
 * Runs `story` in one transaction and commits what it did when it returns; whatever it throws undoes
 * everything. Inside, use only `tx`, and only the database: no mail, no network, no drawing; it may
 * be told a second time.
 * On SQLite the stories of one process take turns: there is one writer, and polling for it is slower.
 */
export async function transaction<Result>(
  db: Db,
  story: (tx: Tx) => Promise<Result>,
  survives: Durability = 'power',
): Promise<Result> {
  if (db.isTransaction) throw new Error('A transaction inside a transaction: pass tx on instead')
  if (isPostgres(db)) return runOnPostgres(db, story, survives)
  const before = lastWriter.get(db) ?? Promise.resolve()
  const run = before.then(() => runOnSqlite(db, story, survives))
  lastWriter.set(
    db,
    run.catch(() => undefined),
  )
  return run
}

type Run = <Result>(
  db: Db,
  story: (tx: Tx) => Promise<Result>,
  survives: Durability,
) => Promise<Result>

const ATTEMPTS_MAX = 3
const DEADLOCK = '40P01'
const SERIALIZATION_FAILURE = '40001'

/** PostgreSQL undoes one of two stories that wait for each other; it is simply told again. */
const runOnPostgres: Run = async (db, story, survives) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(async (tx) => {
        if (survives === 'process') await sql`set local synchronous_commit = off`.execute(tx)
        return story(tx)
      })
    } catch (error) {
      const code = (error as { code?: string }).code
      const undone = code === DEADLOCK || code === SERIALIZATION_FAILURE
      if (!undone || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

const runOnSqlite: Run = (db, story, survives) => {
  if (survives === 'power') return db.transaction().execute(story)
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection)
    try {
      return await connection.transaction().execute(story)
    } finally {
      await sql`pragma synchronous = full`.execute(connection)
    }
  })
}
