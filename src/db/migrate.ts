import fs from 'node:fs/promises'
import path from 'node:path'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { Migrator } from 'kysely/migration'
import type { Db } from './open.ts'

const FOLDER = path.join(import.meta.dirname, '../../migrations')
const FROM_FOLDER: MigrationProvider = { getMigrations: readMigrations }

/**
 * Brings the database to this program's schema, all that is missing in one transaction, and answers
 * the names of the migrations that were applied. Throws the first failure; the database is then as
 * it was. Two processes that start at once wait for each other.
 */
export async function migrate(db: Db, provider = FROM_FOLDER): Promise<string[]> {
  const migrator = new Migrator({ db, provider })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return results.filter((result) => result.status === 'Success').map((r) => r.migrationName)
}

/** The names of the migrations that this database still lacks. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: FROM_FOLDER })
  const migrations = await migrator.getMigrations()
  return migrations.filter((migration) => !migration.executedAt).map((m) => m.name)
}

/** The names of the migrations that this program was written for. */
export async function expectedMigrations(): Promise<string[]> {
  return Object.keys(await readMigrations())
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await fs.readdir(FOLDER)).filter((file) => file.endsWith('.ts')).sort()
  const entries = files.map(async (file) => [
    path.basename(file, '.ts'),
    (await import(path.join(FOLDER, file))) as Migration,
  ])
  return Object.fromEntries(await Promise.all(entries))
}
