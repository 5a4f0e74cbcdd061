import { sql } from 'kysely'
import { expectedMigrations } from './migrate.ts'
import type { Db } from './open.ts'
import { appliedMigrations } from './snapshot-store.ts'

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
