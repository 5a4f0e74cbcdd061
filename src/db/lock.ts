import { sql } from 'kysely'
import { isPostgres } from './open.ts'
import type { Tx } from './transaction.ts'

/** Locks that stand for something no row stands for. */
const LOCKS = {
  auditChain: 4_920_715,
  mailClaim: 4_920_716,
  parties: 4_920_717,
  staff: 4_920_718,
  lots: 4_920_719,
  merging: 4_920_720,
  numbering: 4_920_721,
  packages: 4_920_722,
} as const

/**
 * Makes the rest of this transaction the only one of its kind. SQLite needs nothing: a transaction
 * that began immediate is alone already.
 */
export async function lockFor(tx: Tx, lock: keyof typeof LOCKS): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCKS[lock])})`.execute(tx)
}

/**
 * Holds off whoever asks for this lock alone until this transaction ends; any number may hold it so.
 */
export async function shareLock(tx: Tx, lock: keyof typeof LOCKS): Promise<void> {
  if (isPostgres(tx))
    await sql`select pg_advisory_xact_lock_shared(${sql.lit(LOCKS[lock])})`.execute(tx)
}
