import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** Addresses are compared as nearly every server does, whatever their case. */
function keyOf(address: string): string {
  return address.toLowerCase()
}

interface Death {
  address: string
  /** To whom the mail was that came back. */
  partyId: number | null
  /** What the server said. */
  answer: string
}

/** Nothing but mails about somebody's safety goes to an address from now on. */
export async function markDead(
  tx: Tx,
  { address, partyId, answer }: Death,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('dead_address')
    .values({ address: keyOf(address), party_id: partyId, answer, died_at: now.toISOString() })
    .onConflict((conflict) => conflict.column('address').doNothing())
    .execute()
}

/**
 * Somebody has shown, or says, that an address can be read.
 *
 * @returns whether it was dead
 */
export async function revive(tx: Tx, address: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('dead_address')
    .where('address', '=', keyOf(address))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function isAddressDead(db: Db, address: string): Promise<boolean> {
  const row = await db
    .selectFrom('dead_address')
    .select('id')
    .where('address', '=', keyOf(address))
    .executeTakeFirst()
  return row !== undefined
}

/** In a query: whether the address in a column is dead. */
export function isDead(column: string): RawBuilder<boolean> {
  const same = sql`dead_address.address = lower(${sql.ref(column)})`
  return sql<boolean>`exists (select 1 from dead_address where ${same})`
}
