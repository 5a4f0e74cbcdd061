import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/**
 * Takes one attempt, before the password is compared, so that a hundred at once are no more than
 * the limit. Null: none is left, and nothing may be compared.
 */
export async function takeAttempt(
  db: Db,
  loginId: number,
  max: number,
  ceiling: number,
): Promise<number | null> {
  const row = await db
    .updateTable('login')
    .set((eb) => ({
      failures: eb('failures', '+', 1),
      failures_total: eb('failures_total', '+', 1),
    }))
    .where('id', '=', loginId)
    .where('failures', '<', max)
    .where('failures_total', '<', ceiling)
    .returning('failures')
    .executeTakeFirst()
  return row?.failures ?? null
}

/** The ceiling counts failures on known devices too. */
export async function addToTotal(db: Db, loginId: number, ceiling: number): Promise<boolean> {
  const row = await db
    .updateTable('login')
    .set((eb) => ({ failures_total: eb('failures_total', '+', 1) }))
    .where('id', '=', loginId)
    .where('failures_total', '<', ceiling)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The right password ends the run of failures. A lock that strangers caused stays, though: signing
 * in on a known device must not hand them new attempts.
 */
export async function forgiveFailures(db: Db, loginId: number, unlock: boolean): Promise<void> {
  let query = db.updateTable('login').set({ failures_total: 0 }).where('id', '=', loginId)
  if (unlock) query = query.set({ failures: 0, locked_at: null })
  else {
    query = query.set((eb) => ({
      failures: eb.case().when('locked_at', 'is', null).then(0).else(eb.ref('failures')).end(),
    }))
  }
  await query.execute()
}

export async function markLocked(tx: Tx, loginId: number, now: Date): Promise<void> {
  await tx
    .updateTable('login')
    .set({ locked_at: now.toISOString() })
    .where('id', '=', loginId)
    .where('locked_at', 'is', null)
    .execute()
}

/** Gives back the attempt of a password that was right, where more than a password is asked for. */
export async function giveAttemptBack(db: Db, loginId: number, onDevice: boolean): Promise<void> {
  await db
    .updateTable('login')
    .set((eb) => ({
      failures_total: eb('failures_total', '-', 1),
      // Somebody else's right password may have forgiven it meanwhile.
      failures: onDevice
        ? eb.ref('failures')
        : eb
            .case()
            .when('failures', '>', 0)
            .then(eb('failures', '-', 1))
            .else(0)
            .end(),
    }))
    .where('id', '=', loginId)
    .where('failures_total', '>', 0)
    .execute()
}
