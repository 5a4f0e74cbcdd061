import { sql } from 'kysely'
import { expectedMigrations } from './migrate.ts'
import type { Db } from './open.ts'
import { writeStateOf } from './open.ts'
import { appliedMigrations } from './snapshot-store.ts'
import { transaction } from './transaction.ts'
import type { WriteFailure } from './write-state.ts'
import { ifWritable } from './write-state.ts'

const LOOK_MS = 1_000

/**
 * Whether the database answers, and has every migration of this program. Cheap enough to be asked
 * all the time: the migrations are looked at once a second at most. Rejects when it does not answer.
 */
export function databaseCheck(db: Db): () => Promise<boolean> {
  const expected = expectedMigrations()
  // Awaited below; a folder that cannot be read is told there.
  expected.catch(() => undefined)
  let complete = false
  let lookedAt = Number.NEGATIVE_INFINITY
  return async () => {
    await sql`select 1`.execute(db)
    if (performance.now() - lookedAt < LOOK_MS) return complete
    const applied = new Set(await appliedMigrations(db))
    complete = (await expected).every((name) => applied.has(name))
    lookedAt = performance.now()
    return complete
  }
}

const TRY_AGAIN_MS = 1_000

/**
 * Whether the database takes writes. As long as none fails that costs nothing; once one has, a
 * small one is tried, once a second at most, because nobody else may be sent here to try.
 *
 * @returns a question that is answered true, or why not
 */
export function writeCheck(db: Db): () => Promise<true | WriteFailure> {
  let triedAt = Number.NEGATIVE_INFINITY
  return async () => {
    const state = writeStateOf(db)
    if (state.failure !== null && performance.now() - triedAt >= TRY_AGAIN_MS) {
      triedAt = performance.now()
      await ifWritable(async () => {
        await tryWrite(db)
        state.failure = null
      })
    }
    return state.failure ?? true
  }
}

/** A row of the table whose rows nobody misses; past its end, it is cleared away with the others. */
async function tryWrite(db: Db): Promise<void> {
  const row = { name: 'write-check', count: 1, window_ends_at: '2000-01-01T00:00:00.000Z' }
  await transaction(db, (tx) =>
    tx
      .insertInto('throttle')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ count: eb('throttle.count', '+', 1) })),
      )
      .execute(),
  )
}
