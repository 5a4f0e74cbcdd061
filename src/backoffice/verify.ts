import { verifyChain } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { integrityProblems } from '../db/snapshot-store.ts'
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

/** Everything that must be true of the data at any moment, looked at now. Changes nothing. */
export async function verify(context: Pick<Context, 'db' | 'keys' | 'now'>): Promise<VerifyReport> {
  const { db, keys, now } = context
  const start = now().getTime()
  const lacking = await pendingMigrations(db)
  const integrity = [
    ...lacking.map((name) => `falta la migración ${name}`),
    ...(await integrityProblems(db)),
  ]
  const chain = await verifyChain(db, keys.audit)
  const broken = chain.ok ? [] : [`la cadena se rompe en la fila ${chain.brokenAt}`]
  const { receipts, documents, index } = await checkReceipts(db)
  const checks = [
    toCheck('Base de datos', 1, integrity),
    toCheck('Bitácora', chain.ok ? chain.count : chain.brokenAt, broken),
    toCheck('Documentos contra su huella', receipts, documents),
    toCheck('Índice contra los documentos', receipts, index),
  ]
  const seconds = (now().getTime() - start) / 1_000
  return { ok: checks.every((check) => check.ok), checks, seconds }
}

function toCheck(name: string, count: number, problems: readonly string[]): Check {
  return { name, ok: problems.length === 0, count, problems }
}
