import type { Db } from '../../../db/open.ts'

/** Somebody who has opened receipts of a lot. */
export interface LotReader {
  readonly name: string
  readonly receipts: number
  readonly firstAt: Date
}

/** Whether anybody has opened a receipt of the lot that is still there. */
export async function hasReaders(db: Db, lotId: number): Promise<boolean> {
  const bounds = await receiptBounds(db, lotId)
  if (bounds === null) return false
  const row = await readings(db, lotId, bounds)
    .select('receipt_reading.id')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Who has opened receipts of the lot, whoever was first first, up to `limit`. */
export async function readersOf(db: Db, lotId: number, limit: number): Promise<LotReader[]> {
  const bounds = await receiptBounds(db, lotId)
  if (bounds === null) return []
  const rows = await readings(db, lotId, bounds)
    .innerJoin('login', 'login.id', 'receipt_reading.login_id')
    .groupBy(['login.id', 'login.display_name'])
    .select(({ fn }) => [
      'login.display_name as name',
      fn.count<number>('receipt_reading.receipt_id').distinct().as('receipts'),
      fn.min('receipt_reading.at').as('first_at'),
    ])
    .orderBy('first_at')
    .limit(limit)
    .execute()
  return rows.map(({ name, receipts, first_at }) => ({
    name,
    receipts: Number(receipts),
    firstAt: new Date(first_at),
  }))
}

interface Bounds {
  first: number
  last: number
}

/** A group of a lot is numbered in the order of its keys, one group after the other. */
const GROUP = 1_000

/** Between which receipts those of the lot lie: its first and its last group tell. */
async function receiptBounds(db: Db, lotId: number): Promise<Bounds | null> {
  const first = Math.min(...(await outermost(db, lotId, 'asc')))
  const last = Math.max(...(await outermost(db, lotId, 'desc')))
  return Number.isFinite(first) ? { first, last } : null
}

async function outermost(db: Db, lotId: number, order: 'asc' | 'desc'): Promise<number[]> {
  const rows = await db
    .selectFrom('lot_item')
    .where('lot_id', '=', lotId)
    .where('receipt_id', 'is not', null)
    .where('outcome', '=', 'loaded')
    .select('receipt_id')
    .orderBy('n', order)
    .limit(GROUP)
    .execute()
  return rows.flatMap(({ receipt_id }) => receipt_id ?? [])
}

/** The few readings there are, each with the lot's item it belongs to; never a look at each receipt. */
function readings(db: Db, lotId: number, { first, last }: Bounds) {
  return (
    db
      .selectFrom('receipt_reading')
      .innerJoin('lot_item', 'lot_item.receipt_id', 'receipt_reading.receipt_id')
      .where('receipt_reading.receipt_id', '>=', first)
      .where('receipt_reading.receipt_id', '<=', last)
      // Who of the bank looks as a customer does opens nothing in their stead.
      .where('receipt_reading.view_id', 'is', null)
      .where('lot_item.receipt_id', 'is not', null)
      .where('lot_item.lot_id', '=', lotId)
  )
}
