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
