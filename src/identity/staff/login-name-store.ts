import type { Db } from '../../db/open.ts'
import { STAFF_ROLES } from '../person.ts'

/** What to call logins, by id: «Diego Mora (diego.mora)» when they are of the bank. */
export async function loginNames(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('login')
    .select(['id', 'display_name', 'username', 'party_id'])
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.map(({ id, display_name, username, party_id }) => [
      id,
      party_id === null ? `${display_name} (${username})` : display_name,
    ]),
  )
}

/** Everybody of the bank, by name, to choose from. */
export async function staffNames(db: Db): Promise<{ id: number; name: string }[]> {
  const rows = await db
    .selectFrom('login')
    .select(['id', 'display_name', 'username'])
    .where('party_id', 'is', null)
    .where('role', 'in', STAFF_ROLES)
    .orderBy('display_name')
    .orderBy('id')
    .execute()
  return rows.map(({ id, display_name, username }) => ({
    id,
    name: `${display_name} (${username})`,
  }))
}
