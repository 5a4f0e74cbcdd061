import type { RawBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'

const LAST = '\u{10ffff}'

/**
 * Whether a text begins with another, found by an index in the order of bytes, as migration 0009
 * makes them. No sign of `prefix` is special.
 */
export function startsWith(
  db: Pick<Db, 'getExecutor'>,
  text: RawBuilder<string>,
  prefix: string,
): RawBuilder<SqlBool> {
  const ordered = isPostgres(db) ? sql`${text} collate "C"` : text
  return sql<SqlBool>`(${ordered} >= ${prefix} and ${ordered} < ${prefix + LAST})`
}
