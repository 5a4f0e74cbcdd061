import type { Tx } from '../../db/transaction.ts'
import type { Staff } from '../person.ts'
import { isStaffRole } from '../person.ts'
import { holdSession } from '../sessions/session-store.ts'
import type { Right } from './rights.ts'
import { mayDo } from './rights.ts'

/**
 * Whether this person may do this at this moment and until the transaction ends: their session
 * stands, and so does their role. Ask inside the transaction of what they do.
 */
export async function holdRight(
  tx: Tx,
  { loginId, sessionId }: Pick<Staff, 'loginId' | 'sessionId'>,
  right: Right,
): Promise<boolean> {
  if (!(await holdSession(tx, sessionId))) return false
  const row = await tx
    .selectFrom('login')
    .select('role')
    .where('id', '=', loginId)
    .where('disabled_at', 'is', null)
    .where('frozen_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined && isStaffRole(row.role) && mayDo(row.role, right)
}
