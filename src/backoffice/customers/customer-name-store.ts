import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'

/** What tells one customer from another at a glance. */
export interface NamedCustomer {
  name: string
  /** The address the bank holds; null when it holds none. */
  bankAddress: string | null
}

/** Names and addresses of some customers, by party; whoever turned out to be another is missing. */
export async function namedCustomers(
  db: Db,
  partyIds: readonly number[],
): Promise<Map<number, NamedCustomer>> {
  if (partyIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('party')
    .leftJoin('contact', (join) =>
      join
        .onRef('contact.party_id', '=', 'party.id')
        .on('contact.source', '=', 'bank')
        .on('contact.kind', '=', 'email')
        .on('contact.replaced_at', 'is', null),
    )
    .select(['party.id', 'party.name', 'contact.value'])
    .where('party.id', 'in', anyOf(db, partyIds))
    .where('merged_into', 'is', null)
    .execute()
  return new Map(rows.map(({ id, name, value }) => [id, { name, bankAddress: value }]))
}

/** Those of some parties that turned out to be another customer. */
export async function mergedAmong(db: Db, partyIds: readonly number[]): Promise<Set<number>> {
  if (partyIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('party')
    .select('id')
    .where('id', 'in', anyOf(db, partyIds))
    .where('merged_into', 'is not', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
