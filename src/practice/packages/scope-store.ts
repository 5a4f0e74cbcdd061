import type { Db } from '../../db/open.ts'
import type { Scope } from './scope.ts'

/** What the owner of a login may read now; nothing once the login is shut. */
export async function scopeOf(db: Db, loginId: number): Promise<Scope> {
  const login = await db
    .selectFrom('login')
    .select(['party_id', 'role', 'disabled_at', 'frozen_at'])
    .where('id', '=', loginId)
    .executeTakeFirst()
  const shut = !login || login.disabled_at !== null || login.frozen_at !== null
  if (shut || login.role !== 'customer' || login.party_id === null) return []
  return [{ partyId: login.party_id, kinds: [], from: null, to: null }]
}
