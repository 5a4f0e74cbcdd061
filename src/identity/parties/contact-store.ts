import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { revive } from '../../outbox/bounces/dead-address-store.ts'
import { parseEmail } from '../../values/email-address.ts'

/**
 * The address the bank itself holds of a party; null when it holds none, or none that a mail could
 * be sent to.
 */
export async function bankAddressOf(db: Db, partyId: number): Promise<string | null> {
  const rows = await db
    .selectFrom('contact')
    .select('value')
    .where('party_id', '=', partyId)
    .where('kind', '=', 'email')
    .where('source', '=', 'bank')
    .where('replaced_at', 'is', null)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ value }) => parseEmail(value)).find((address) => address !== null) ?? null
}

/** What the bank knows of a new customer; an earlier address of the bank's is replaced. */
export async function addBankAddress(
  tx: Tx,
  partyId: number,
  address: string,
  now: Date,
): Promise<void> {
  await addAddress(tx, partyId, address, 'bank', now)
}

/** The same for many at once, each with a party of its own. */
export async function addBankAddresses(
  tx: Tx,
  addresses: readonly { partyId: number; email: string }[],
  now: Date,
): Promise<void> {
  if (addresses.length === 0) return
  const time = now.toISOString()
  const parties = addresses.map(({ partyId }) => partyId)
  await tx
    .updateTable('contact')
    .set({ replaced_at: time })
    .where('party_id', 'in', anyOf(tx, parties))
    .where('kind', '=', 'email')
    .where('source', '=', 'bank')
    .where('replaced_at', 'is', null)
    .execute()
  await insertRows(tx, {
    table: 'contact',
    columns: ['party_id', 'kind', 'value', 'source', 'created_at'],
    rows: addresses.map(({ partyId, email }) => [partyId, 'email', email, 'bank', time]),
  })
}

/** An address its owner has just proven to read. */
export async function addConfirmedAddress(
  tx: Tx,
  partyId: number,
  address: string,
  now: Date,
): Promise<void> {
  await addAddress(tx, partyId, address, 'customer', now)
  await revive(tx, address)
}

async function addAddress(
  tx: Tx,
  partyId: number,
  value: string,
  source: 'bank' | 'customer',
  now: Date,
): Promise<void> {
  const time = now.toISOString()
  await tx
    .updateTable('contact')
    .set({ replaced_at: time })
    .where('party_id', '=', partyId)
    .where('kind', '=', 'email')
    .where('source', '=', source)
    .where('replaced_at', 'is', null)
    .execute()
  await tx
    .insertInto('contact')
    .values({
      party_id: partyId,
      kind: 'email',
      value,
      source,
      confirmed_at: source === 'customer' ? time : null,
      created_at: time,
    })
    .execute()
}
