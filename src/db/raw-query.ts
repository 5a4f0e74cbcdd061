import type { Compilable, InferResult } from 'kysely'
import { CompiledQuery } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'
import { SQLITE_PLACE } from './sqlite-dialect.ts'

/** In what the two databases differ for a statement that is put together as text. */
export interface TextDialect {
  /** The place of the first, second… value. */
  place(position: number): string
  /** The rows of a value that is JSON, a list for each, with names for the columns. */
  list(place: string, columns: Readonly<Record<string, 'number' | 'text'>>): string
}

export function textDialectOf(db: Db): TextDialect {
  return isPostgres(db) ? postgres : sqlite
}

const sqlite: TextDialect = {
  place: () => SQLITE_PLACE,
  list: (place, columns) => {
    const names = Object.keys(columns).map((name, at) => `value->>${at} as ${name}`)
    return `(select ${names.join(', ')} from json_each(${place}))`
  },
}

const postgres: TextDialect = {
  place: (position) => `$${position}`,
  list: (place, columns) => {
    const names = Object.entries(columns).map(
      ([name, kind], at) => `(value->>${at})${kind === 'number' ? '::bigint' : ''} as ${name}`,
    )
    return `(select ${names.join(', ')} from json_array_elements(${place}::json) as listed(value))`
  },
}

/** Runs a statement that was put together as text, with the places of its `textDialectOf`. */
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
