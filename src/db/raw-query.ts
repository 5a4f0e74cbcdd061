import type { Compilable, InferResult } from 'kysely'
import { CompiledQuery } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'
import { SQLITE_PLACE } from './sqlite-dialect.ts'

/** How this database writes the place of the first, second… value of a statement. */
export function placesOf(db: Db): (position: number) => string {
  return isPostgres(db) ? (position) => `$${position}` : () => SQLITE_PLACE
}

/** Runs a statement that was put together as text, with `placesOf` for its values. */
export async function runText<Row>(
  db: Db,
  text: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
  return rows
}

/**
 * A query of every page, whose SQL is built once for each database: building takes longer than
 * running it. The values of `build` are only examples, the real ones come with each call, in the
 * order of their places.
 */
export function builtOnce<Query extends Compilable<unknown>>(build: (db: Db) => Query) {
  const built = new WeakMap<Db, CompiledQuery>()
  return async (db: Db, parameters: readonly unknown[]): Promise<InferResult<Query>> => {
    let query = built.get(db)
    if (!query) {
      query = build(db).compile()
      built.set(db, query)
    }
    const { rows } = await db.executeQuery({ ...query, parameters })
    return rows as InferResult<Query>
  }
}
