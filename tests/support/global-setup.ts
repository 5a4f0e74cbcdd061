import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import type { Schema } from '#src/db/schema.ts'
import { prepareChromium } from './chromium.ts'
import { onServer, TEMPLATE_DATABASE } from './databases.ts'
import { COMPILED } from './processes.ts'

/**
 * Migrating takes a while, so it is done once on each database, and every test begins from a copy.
 * Says what this run will not show.
 */
export async function setup(): Promise<() => void> {
  // For the processes that tests start, and those of the tests themselves.
  process.env['NODE_COMPILE_CACHE'] = COMPILED
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-tests-'))
  process.env['MIGRATED_SQLITE'] = await migrateSqlite(path.join(folder, 'portal.db'))
  const server = process.env['TEST_DATABASE_URL']
  if (server) await makeTemplate(server)
  else {
    process.stderr.write(
      'PostgreSQL se prueba con PGlite, en proceso; para un servidor real: TEST_DATABASE_URL\n',
    )
    process.env['MIGRATED_PGLITE'] = await migratePglite(path.join(folder, 'pglite.tar'))
  }
  await prepareChromium()
  return () => fs.rmSync(folder, { recursive: true, force: true })
}

async function migrateSqlite(file: string): Promise<string> {
  const db = openDb(`sqlite:${file}`)
  await migrate(db)
  await db.destroy()
  return file
}

async function migratePglite(file: string): Promise<string> {
  const pglite = new PGlite()
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) })
  await migrate(db)
  fs.writeFileSync(file, new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer()))
  await db.destroy()
  return file
}

async function makeTemplate(server: string): Promise<void> {
  await onServer(server, sql`drop database if exists ${sql.id(TEMPLATE_DATABASE)} with (force)`)
  await onServer(server, sql`create database ${sql.id(TEMPLATE_DATABASE)}`)
  const own = new URL(server)
  own.pathname = `/${TEMPLATE_DATABASE}`
  const db = openDb(own.href)
  await migrate(db)
  await db.destroy()
}
