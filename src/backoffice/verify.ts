import { verifyChain } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { checkIntegrity } from '../db/integrity-store.ts'
import { pendingMigrations } from '../db/migrate.ts'
import type { Db } from '../db/open.ts'
import { snapshot } from '../db/snapshot-store.ts'
import { checkReceipts } from '../receipts/check-receipts.ts'

export interface Check {
  name: string
  ok: boolean
  /** How many things were looked at. */
  count: number
  problems: readonly string[]
}

export interface VerifyReport {
  ok: boolean
  checks: Check[]
  seconds: number
}

/**
 * Everything that must be true of the data, as it stands at one moment: whoever loads or signs in
 * meanwhile neither waits nor is mistaken for a fault. Changes nothing.
 */
export async function verify(context: Pick<Context, 'db' | 'keys' | 'now'>): Promise<VerifyReport> {
  const { keys, now } = context
  const start = now().getTime()
  const lacking = await pendingMigrations(context.db)
  const checks = await snapshot(context.db, async (db) => [
    await checkDatabase(db, lacking),
    await checkChain(db, keys.audit),
    ...(await checkDocuments(db)),
  ])
  const seconds = (now().getTime() - start) / 1_000
  return { ok: checks.every((check) => check.ok), checks, seconds }
}

/** Its name says what was done: PostgreSQL does not look through its own files when asked. */
async function checkDatabase(db: Db, lacking: readonly string[]): Promise<Check> {
  const { rows, thorough, problems } = await checkIntegrity(db)
  const migrations = lacking.map((name) => `falta la migración ${name}`)
  const done = thorough ? 'archivo, índices y referencias' : 'filas contadas, restricciones válidas'
  return toCheck(`Base de datos (${done})`, rows, [...migrations, ...problems])
}

async function checkChain(db: Db, key: Buffer): Promise<Check> {
  const chain = await verifyChain(db, key)
  if (chain.ok) return toCheck('Bitácora', chain.count, [])
  return toCheck('Bitácora', chain.brokenAt, [`la cadena se rompe en la fila ${chain.brokenAt}`])
}

async function checkDocuments(db: Db): Promise<Check[]> {
  const { receipts, conflicts, documents, index } = await checkReceipts(db)
  return [
    toCheck('Documentos contra su huella', receipts + conflicts, documents),
    toCheck('Índice contra los documentos', receipts, index),
  ]
}

function toCheck(name: string, count: number, problems: readonly string[]): Check {
  return { name, ok: problems.length === 0, count, problems }
}
