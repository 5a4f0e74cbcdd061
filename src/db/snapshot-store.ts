import { sql } from 'kysely'
import type { Db } from './open.ts'
import { isPostgres } from './open.ts'
import type { Tx } from './transaction.ts'

/** A row of any table; bytes are `Uint8Array`. */
export type Row = Record<string, string | number | null | Uint8Array>

/**
 * Runs `story` against the database as it stands at this moment, however much is written meanwhile;
 * writers are not held up.
 */
export async function snapshot<Result>(
  db: Db,
  story: (db: Db) => Promise<Result>,
): Promise<Result> {
  const begin = isPostgres(db)
    ? 'begin isolation level repeatable read read only'
    : 'begin deferred'
  return db.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection)
    try {
      return await story(connection)
    } finally {
      await sql`commit`.execute(connection)
    }
  })
}

/** Of the machines and not of the bank: what its processes say of themselves. */
const NOT_THE_BANKS = /^(kysely_.*|worker)$/

/** The tables of the business, each after those it refers to. */
export async function tablesInOrder(db: Db): Promise<{ name: string; columns: string[] }[]> {
  const tables = (await db.introspection.getTables()).filter((t) => !NOT_THE_BANKS.test(t.name))
  const names = new Set(tables.map((table) => table.name))
  const references = await readReferences(db)
  const ordered: string[] = []
  const visit = (name: string) => {
    if (ordered.includes(name)) return
    for (const other of references.get(name) ?? [])
      if (other !== name && names.has(other)) visit(other)
    ordered.push(name)
  }
  for (const name of [...names].sort()) visit(name)
  const columns = new Map(tables.map((t) => [t.name, t.columns.map((column) => column.name)]))
  return ordered.map((name) => ({ name, columns: columns.get(name) ?? [] }))
}

async function readReferences(db: Db): Promise<Map<string, string[]>> {
  const query = isPostgres(db)
    ? sql<{ child: string; parent: string }>`
        select conrelid::regclass::text as child, confrelid::regclass::text as parent
        from pg_constraint
        where contype = 'f' and connamespace = current_schema()::regnamespace`
    : sql<{ child: string; parent: string }>`
        select m.name as child, f."table" as parent
        from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`
  const references = new Map<string, string[]>()
  for (const { child, parent } of (await query.execute(db)).rows) {
    references.set(child, [...(references.get(child) ?? []), parent])
  }
  return references
}

const PAGE_ROWS = 500

/** All rows of a table in the order of its primary key, a page at a time. */
export async function* rowsOf(db: Db, table: string): AsyncGenerator<Row[]> {
  const key = await primaryKey(db, table)
  const columns = sql.join(key.map((column) => sql.ref(column)))
  for (let last: Row | undefined; ; ) {
    const after = last
    const beyond = after
      ? sql`where (${columns}) > (${sql.join(key.map((column) => after[column]))})`
      : sql``
    const page = sql<Row>`select * from ${sql.table(table)} ${beyond}
      order by ${columns} limit ${sql.lit(PAGE_ROWS)}`
    const { rows } = await page.execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < PAGE_ROWS) return
    last = rows.at(-1)
  }
}

async function primaryKey(db: Db, table: string): Promise<string[]> {
  const query = isPostgres(db)
    ? sql<{ name: string }>`
        select a.attname as name
        from pg_index i, unnest(i.indkey) with ordinality as k(attnum, place), pg_attribute a
        where i.indrelid = ${table}::regclass and i.indisprimary
          and a.attrelid = i.indrelid and a.attnum = k.attnum
        order by k.place`
    : sql<{ name: string }>`select name from pragma_table_info(${table}) where pk > 0 order by pk`
  return (await query.execute(db)).rows.map((row) => row.name)
}

const PARAMETERS_MAX = 30_000

/** Inserts rows as they are, numbers of identity columns included. */
export async function restoreRows(
  tx: Tx,
  table: string,
  columns: string[],
  rows: Row[],
): Promise<void> {
  const size = Math.max(1, Math.floor(PARAMETERS_MAX / columns.length))
  const given = isPostgres(tx) ? sql`overriding system value` : sql``
  for (let start = 0; start < rows.length; start += size) {
    const tuples = rows
      .slice(start, start + size)
      .map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`)
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map((c) => sql.ref(c)))})
      ${given} values ${sql.join(tuples)}`.execute(tx)
  }
}

/** After rows came with their numbers, lets PostgreSQL go on counting behind the highest. */
export async function resetNumbering(tx: Tx, table: string, columns: string[]): Promise<void> {
  if (!isPostgres(tx) || !columns.includes('id')) return
  const query = sql<{ name: string | null }>`select pg_get_serial_sequence(${table}, 'id') as name`
  const sequence = (await query.execute(tx)).rows[0]?.name
  if (!sequence) return
  await sql`select setval(${sequence}, greatest((select max(id) from ${sql.table(table)}), 1))`.execute(
    tx,
  )
}

/** The names of the migrations that made this database, in order. */
export async function appliedMigrations(db: Db): Promise<string[]> {
  const query = sql<{ name: string }>`select name from kysely_migration order by name`
  return (await query.execute(db)).rows.map((row) => row.name)
}
