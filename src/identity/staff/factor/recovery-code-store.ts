import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'

/** New codes end the former ones. */
export async function replaceRecoveryCodes(
  tx: Tx,
  loginId: number,
  hashes: readonly string[],
  now: Date,
): Promise<void> {
  await tx.deleteFrom('recovery_code').where('login_id', '=', loginId).execute()
  const created_at = now.toISOString()
  await tx
    .insertInto('recovery_code')
    .values(hashes.map((code_hash) => ({ login_id: loginId, code_hash, created_at })))
    .execute()
}

/** @returns whether it was one that had not been used; it is good once */
export async function useRecoveryCode(
  tx: Tx,
  loginId: number,
  hash: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('recovery_code')
    .set({ used_at: now.toISOString() })
    .where('login_id', '=', loginId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** How many are left. */
export async function countRecoveryCodes(db: Db, loginId: number): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('login_id', '=', loginId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
