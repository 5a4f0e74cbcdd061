import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** A new initial password ends the one mailed before. */
export async function addInitialPassword(
  tx: Tx,
  password: { loginId: number; hash: string; expiresAt: Date },
  now: Date,
): Promise<void> {
  await endInitialPasswords(tx, password.loginId, now)
  await tx
    .insertInto('initial_password')
    .values({
      login_id: password.loginId,
      password_hash: password.hash,
      created_at: now.toISOString(),
      expires_at: password.expiresAt.toISOString(),
    })
    .execute()
}

/** Whether it would be taken; asking uses nothing up and locks nothing. */
export async function isInitialPassword(
  db: Db,
  loginId: number,
  hash: string,
  now: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('initial_password')
    .select('id')
    .where('login_id', '=', loginId)
    .where('password_hash', '=', hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst()
  return row !== undefined
}

/** @returns whether it was right; it is good once */
export async function useInitialPassword(
  db: Db,
  loginId: number,
  hash: string,
  now: Date,
): Promise<boolean> {
  const row = await db
    .updateTable('initial_password')
    .set({ ended_at: now.toISOString() })
    .where('login_id', '=', loginId)
    .where('password_hash', '=', hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function endInitialPasswords(tx: Tx, loginId: number, now: Date): Promise<void> {
  await tx
    .updateTable('initial_password')
    .set({ ended_at: now.toISOString() })
    .where('login_id', '=', loginId)
    .where('ended_at', 'is', null)
    .execute()
}
