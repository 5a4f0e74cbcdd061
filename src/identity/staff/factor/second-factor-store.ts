import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'

/** An app that shows codes, confirmed with one. */
interface SecondFactor {
  sealedSecret: string
  confirmedAt: Date
}

export async function findSecondFactor(db: Db, loginId: number): Promise<SecondFactor | null> {
  const row = await db
    .selectFrom('second_factor')
    .select(['secret', 'confirmed_at'])
    .where('login_id', '=', loginId)
    .executeTakeFirst()
  return row ? { sealedSecret: row.secret, confirmedAt: new Date(row.confirmed_at) } : null
}

interface ConfirmedApp {
  loginId: number
  sealedSecret: string
  /** Of the code it was confirmed with, which is used up by that. */
  step: number
}

/** @returns false when this login has one already */
export async function addSecondFactor(tx: Tx, app: ConfirmedApp, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('second_factor')
    .values({
      login_id: app.loginId,
      secret: app.sealedSecret,
      last_step: app.step,
      confirmed_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('login_id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function replaceSecondFactor(tx: Tx, app: ConfirmedApp, now: Date): Promise<void> {
  await tx
    .updateTable('second_factor')
    .set({ secret: app.sealedSecret, last_step: app.step, confirmed_at: now.toISOString() })
    .where('login_id', '=', app.loginId)
    .execute()
}

/** Uses up the code of a step of time, and with it every earlier one. @returns false when it was */
export async function useStep(tx: Tx, loginId: number, step: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('second_factor')
    .set({ last_step: step })
    .where('login_id', '=', loginId)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Forgets app, codes and keys: at the next sign-in they are registered anew. */
export async function forgetFactors(tx: Tx, loginId: number): Promise<void> {
  for (const table of ['second_factor', 'recovery_code', 'passkey'] as const) {
    await tx.deleteFrom(table).where('login_id', '=', loginId).execute()
  }
}
