import type { ColumnDataType, CreateTableBuilder, Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { isPostgres } from './open.ts'

/** The few words of SQL in which the two databases differ, for migrations to say once. */
export interface Dialect {
  /** Whole numbers up to 2^53. */
  integer: ColumnDataType
  /** Raw bytes. */
  bytes: ColumnDataType
  /** Text in the order of its bytes, so that its beginnings are found by an index. */
  bytewise: ColumnDataType | RawBuilder<string>
  /** Adds the self-numbering key `id`. */
  id<Name extends string>(table: CreateTableBuilder<Name>): CreateTableBuilder<Name, 'id'>
  /** Ends a table: SQLite's are strict, so that no text hides in a number column. */
  strict<Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
    options?: { withoutRowId: boolean },
  ): CreateTableBuilder<Name, Columns>
  /** The day in Guayaquil of an instant that a column holds as text. */
  dayOf(column: string): RawBuilder<string>
}

export function dialectOf(db: Kysely<unknown>): Dialect {
  return isPostgres(db as never) ? postgres : sqlite
}

const sqlite: Dialect = {
  integer: 'integer',
  bytes: 'blob',
  bytewise: 'text',
  id: (table) => table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement()),
  strict: (table, options) =>
    table.modifyEnd(options?.withoutRowId ? sql`strict, without rowid` : sql`strict`),
  dayOf: (column) => sql`date(${sql.ref(column)}, '-5 hours')`,
}

const postgres: Dialect = {
  integer: 'bigint',
  bytes: 'bytea',
  bytewise: sql`text collate "C"`,
  id: (table) =>
    table.addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity()),
  strict: (table) => table,
  dayOf: (column) =>
    sql`to_char(cast(${sql.ref(column)} as timestamptz) at time zone interval '-05:00', 'YYYY-MM-DD')`,
}
