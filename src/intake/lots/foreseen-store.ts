import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'

/** Those of some places, both ends counted, whose documents would be receipts, in their order. */
export async function publishablePlaces(
  db: Db,
  lotId: number,
  { first, last }: { first: number; last: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('lot_item')
    .select('n')
    .where('lot_id', '=', lotId)
    .where('n', '>=', first)
    .where('n', '<=', last)
    .where('outcome', 'in', ['new', 'awaited'])
    .orderBy('n')
    .execute()
  return rows.map(({ n }) => n)
}

/** What publishing a lot now would bring. */
export interface Foreseen {
  receipts: number
  cents: number
  /** How many of their owners would be mailed at once. */
  mails: number
}

/** The same of some lots, by id, from what is still to be published of each; one without is missing. */
export async function foreseenOf(
  db: Db,
  lotIds: readonly number[],
): Promise<Map<number, Foreseen>> {
  if (lotIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('lot_item')
    .where('lot_id', 'in', anyOf(db, lotIds))
    .where('outcome', 'in', ['new', 'awaited'])
    .groupBy('lot_id')
    .select(({ fn }) => [
      'lot_id',
      fn.countAll<number>().as('receipts'),
      fn.sum<number>(sql`coalesce(total_cents, 0)`).as('cents'),
      fn.sum<number>(sql`case when reach = 'mail' then 1 else 0 end`).as('mails'),
    ])
    .execute()
  return new Map(
    rows.map(({ lot_id, receipts, cents, mails }) => [
      lot_id,
      { receipts: Number(receipts), cents: Number(cents), mails: Number(mails) },
    ]),
  )
}
