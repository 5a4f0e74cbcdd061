import type { Tx } from '../../db/transaction.ts'
import { NO_PASSWORD } from '../passwords/password-hash.ts'
import { endSessionsOf } from '../sessions/session-store.ts'

/** Null when the user name is taken. */
export async function addAccountantLogin(
  tx: Tx,
  { username, name, email }: { username: string; name: string; email: string },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .insertInto('login')
    .values({
      party_id: null,
      username,
      display_name: name,
      role: 'accountant',
      password_hash: NO_PASSWORD,
      email,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Nobody signs in with it any more, and who is signed in is out. */
export async function disableAccountant(tx: Tx, loginId: number, now: Date): Promise<void> {
  await tx
    .updateTable('login')
    .set({ disabled_at: now.toISOString() })
    .where('id', '=', loginId)
    .where('role', '=', 'accountant')
    .execute()
  await endSessionsOf(tx, loginId, null, now)
}
