import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** The moment is kept to the minute: not every answer has to write it. */
const EVERY_MS = 60_000
const ONLY = 1

/** When the SRI last answered anything; null when it never has. */
export async function lastContact(db: Db): Promise<Date | null> {
  const row = await db
    .selectFrom('sri_contact')
    .select('answered_at')
    .where('id', '=', ONLY)
    .executeTakeFirst()
  return row ? new Date(row.answered_at) : null
}

/** Notes that the SRI answered. */
export async function noteContact(tx: Tx, now: Date): Promise<void> {
  const last = await lastContact(tx)
  if (last !== null && now.getTime() - last.getTime() < EVERY_MS) return
  const answered_at = now.toISOString()
  await tx
    .insertInto('sri_contact')
    .values({ id: ONLY, answered_at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ answered_at }))
    .execute()
}
