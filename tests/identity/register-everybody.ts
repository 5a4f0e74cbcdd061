import type { Person } from '#fixtures/people.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { partyNumbers } from '#src/identity/parties/party-number.ts'
import { findOrAddParties } from '#src/identity/parties/party-store.ts'

/** So many rows to a statement. */
const ROWS = 500

/**
 * Makes customers of all these people, who confirmed their addresses: each of them is mailed.
 *
 * @param hash of the password with which each of them signs in; without it nobody does
 */
export async function registerEverybody(
  db: Db,
  people: readonly Person[],
  hash: string | null = null,
): Promise<void> {
  const now = new Date()
  await transaction(db, async (tx) => {
    const parties = people.map(({ name, id }) => ({ name, numbers: partyNumbers('cedula', id) }))
    const ids = await findOrAddParties(tx, parties, now)
    const logins = people.map(({ name, id, email }, at) => ({
      party_id: ids[at] ?? 0,
      username: id,
      display_name: name,
      role: 'customer' as const,
      email,
      created_at: now.toISOString(),
      ...(hash === null ? {} : { password_hash: hash, password_changed_at: now.toISOString() }),
    }))
    for (let at = 0; at < logins.length; at += ROWS) {
      await tx
        .insertInto('login')
        .values(logins.slice(at, at + ROWS))
        .execute()
    }
  })
}
