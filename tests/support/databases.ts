import crypto from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import type { RawBuilder } from 'kysely'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { afterAll, describe, onTestFinished } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import type { Schema } from '#src/db/schema.ts'

/** Opens an empty, migrated database of one make; the test that asked for it closes it. */
export type OpenDatabase = () => Promise<Db>

/**
 * Runs a block of tests on both databases the product speaks: SQLite, and PostgreSQL on the server
 * that TEST_DATABASE_URL names or, without one, in process (PGlite).
 */
export function eachDatabase(block: (open: OpenDatabase, make: string) => void): void {
  describe('on SQLite', () => block(openSqlite, 'sqlite'))
  const server = process.env['TEST_DATABASE_URL']
  if (server) describe('on a PostgreSQL server', () => block(serverOpener(server), 'postgres'))
  else describe('on PostgreSQL in process', () => block(pgliteOpener(), 'pglite'))
}

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function openSqlite(): Promise<Db> {
  const file = path.join(temporaryFolder(), 'portal.db')
  fs.copyFileSync(process.env['MIGRATED_SQLITE'] ?? '', file)
  const db = openDb(`sqlite:${file}`)
  onTestFinished(() => db.destroy())
  return db
}

/** The tests of a block share one PGlite, and each gets it emptied. */
function pgliteOpener(): OpenDatabase {
  let shared: Promise<Db> | undefined
  afterAll(async () => (await shared)?.destroy())
  return async () => {
    shared ??= startPglite()
    const db = await shared
    await empty(db)
    return db
  }
}

async function startPglite(): Promise<Db> {
  const copy = fs.readFileSync(process.env['MIGRATED_PGLITE'] ?? '')
  const pglite = new PGlite({
    loadDataDir: new Blob([copy]),
    parsers: { [types.INT8]: Number, [types.NUMERIC]: Number },
  })
  return new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) })
}

function serverOpener(url: string): OpenDatabase {
  return async () => {
    const db = openDb(await makeServerDatabase(url))
    onTestFinished(() => db.destroy())
    return db
  }
}

/** A database of a test's own on the server, copied from the migrated one; answers its address. */
export async function makeServerDatabase(server: string): Promise<string> {
  const name = `t_${crypto.randomUUID().replaceAll('-', '')}`
  // Copied by file: the other way writes all of it to the log, which takes several times as long.
  const copy = sql`create database ${sql.id(name)} template ${sql.id(TEMPLATE_DATABASE)} strategy file_copy`
  await onServer(server, copy)
  onTestFinished(() => onServer(server, sql`drop database ${sql.id(name)} with (force)`))
  const own = new URL(server)
  own.pathname = `/${name}`
  return own.href
}

const CHECKOUT = crypto
  .createHash('sha256')
  .update(import.meta.dirname)
  .digest('hex')
  .slice(0, 8)

/**
 * The database on the test server that every test's own is copied from; made by global-setup.ts.
 * Each checkout has its own: two that share a server may be of different migrations.
 */
export const TEMPLATE_DATABASE = `portal_tests_template_${CHECKOUT}`

/** Runs one statement on the test server, outside of any test's database. */
export async function onServer(url: string, statement: RawBuilder<unknown>): Promise<void> {
  const server = openDb(url)
  try {
    await statement.execute(server)
  } finally {
    await server.destroy()
  }
}

/** Runs a statement on each of the connections of a pool, all of them held at once. */
export async function onEveryConnection(
  db: Db,
  connections: number,
  statement: RawBuilder<unknown> = sql`select 1`,
): Promise<void> {
  let holding = 0
  let letGo = () => {}
  const all = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const hold = () =>
    db.connection().execute(async (connection) => {
      await statement.execute(connection)
      holding += 1
      if (holding === connections) letGo()
      await all
    })
  await Promise.all(Array.from({ length: connections }, hold))
}

async function empty(db: Db): Promise<void> {
  const tables = await db.introspection.getTables()
  const names = tables.map((table) => table.name).filter((name) => !name.startsWith('kysely_'))
  await sql`truncate ${sql.join(names.map((name) => sql.id(name)))} restart identity cascade`.execute(
    db,
  )
}
