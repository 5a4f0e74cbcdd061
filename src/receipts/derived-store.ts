import type { Selectable } from 'kysely'
import { anyOf } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'

export type ReceiptRow = Selectable<Schema['receipt']>
export type OwnerRow = Selectable<Schema['receipt_owner']>

/** Receipts as their rows say, in the order they were kept. */
export async function receiptRows(db: Db, after: number, limit: number): Promise<ReceiptRow[]> {
  return db
    .selectFrom('receipt')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The party that each number leads to. */
export async function partiesOf(db: Db, numbers: readonly string[]): Promise<Map<string, number>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('party_identification')
    .select(['number', 'party_id'])
    .where('number', 'in', anyOf(db, numbers))
    .execute()
  return new Map(rows.map((row) => [row.number, row.party_id]))
}

export async function findOwnerRow(
  db: Db,
  key: Pick<OwnerRow, 'party_id' | 'issued_on' | 'receipt_id'>,
): Promise<OwnerRow | undefined> {
  return db
    .selectFrom('receipt_owner')
    .selectAll()
    .where('party_id', '=', key.party_id)
    .where('issued_on', '=', key.issued_on)
    .where('receipt_id', '=', key.receipt_id)
    .executeTakeFirst()
}

/** How many rows the list's index has, and how many documents no receipt stands for. */
export async function countDerived(db: Db): Promise<{ owners: number; orphans: number }> {
  const owners = await db
    .selectFrom('receipt_owner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const orphans = await db
    .selectFrom('receipt_document')
    .leftJoin('receipt', 'receipt.id', 'receipt_document.receipt_id')
    .where('receipt.id', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { owners: owners.count, orphans: orphans.count }
}
