import { sql } from 'kysely'
import { anyOf, insertRows } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'

/** A place among the items of all lots. */
export interface ItemPlace {
  readonly lotId: number
  readonly n: number
}

/** An item of a lot that has a receipt, and how far it was when somebody looked last. */
export interface FollowedItem extends ItemPlace {
  readonly receiptId: number
  readonly stage: Stage | null
}

// Word for word those of the partial indexes, so that both databases see that they fit.
const WORTH_A_LOOK = {
  unseen: sql<boolean>`stage is null and receipt_id is not null`,
  moving: sql<boolean>`stage in ('loaded', 'mailed')`,
}

/** Items that nobody has looked at, or that are still on their way; by keyset. */
export async function itemsToFollow(
  db: Db,
  which: keyof typeof WORTH_A_LOOK,
  { lotId, n }: ItemPlace,
  limit: number,
): Promise<FollowedItem[]> {
  const rows = await db
    .selectFrom('lot_item')
    .select(['lot_id', 'n', 'receipt_id', 'stage'])
    .where(WORTH_A_LOOK[which])
    .where(sql<boolean>`(lot_id, n) > (${lotId}, ${n})`)
    .orderBy('lot_id')
    .orderBy('n')
    .limit(limit)
    .execute()
  return rows.map(toItem)
}

/** The items that brought these receipts. */
export async function itemsOfReceipts(
  db: Db,
  receiptIds: readonly number[],
): Promise<FollowedItem[]> {
  if (receiptIds.length === 0) return []
  const rows = await db
    .selectFrom('lot_item')
    .select(['lot_id', 'n', 'receipt_id', 'stage'])
    .where('receipt_id', 'in', anyOf(db, receiptIds))
    .where('receipt_id', 'is not', null)
    .execute()
  return rows.map(toItem)
}

/** The same by their places in one lot. */
export async function itemsAt(
  db: Db,
  lotId: number,
  places: readonly number[],
): Promise<FollowedItem[]> {
  if (places.length === 0) return []
  const rows = await db
    .selectFrom('lot_item')
    .select(['lot_id', 'n', 'receipt_id', 'stage'])
    .where('lot_id', '=', lotId)
    .where('n', 'in', anyOf(db, places))
    .where('receipt_id', 'is not', null)
    .execute()
  return rows.map(toItem)
}

function toItem(row: {
  lot_id: number
  n: number
  receipt_id: number | null
  stage: Stage | null
}) {
  return { lotId: row.lot_id, n: row.n, receiptId: row.receipt_id ?? 0, stage: row.stage }
}

/** From where `item` stands to another stage; null: somebody has to look at it anew. */
export interface Move {
  readonly item: FollowedItem
  readonly to: Stage | null
}

/**
 * Moves items on and keeps the count of each lot; what somebody else moved meanwhile, or withdrew, is
 * left alone.
 */
export async function moveItems(tx: Tx, moves: readonly Move[]): Promise<void> {
  const groups = Map.groupBy(moves, ({ item, to }) => `${item.lotId} ${item.stage} ${to}`)
  const sums = new Map<string, [lotId: number, stage: Stage, items: number]>()
  const add = (lotId: number, stage: Stage | null, items: number) => {
    if (stage === null) return
    const key = `${lotId} ${stage}`
    sums.set(key, [lotId, stage, (sums.get(key)?.[2] ?? 0) + items])
  }
  for (const group of groups.values()) {
    const [{ item, to } = {}] = group
    if (!item || to === undefined) continue
    const { numUpdatedRows } = await tx
      .updateTable('lot_item')
      .set({ stage: to })
      .where('lot_id', '=', item.lotId)
      .where(
        'n',
        'in',
        anyOf(
          tx,
          group.map(({ item: { n } }) => n),
        ),
      )
      .where('stage', item.stage === null ? 'is' : '=', item.stage)
      .where('receipt_id', 'is not', null)
      .executeTakeFirst()
    add(item.lotId, item.stage, -Number(numUpdatedRows))
    add(item.lotId, to, Number(numUpdatedRows))
  }
  await insertRows(tx, {
    table: 'lot_stage',
    columns: ['lot_id', 'stage', 'items'],
    rows: [...sums.values()].filter(([, , items]) => items !== 0),
    addWhenTaken: { unique: 'lot_id, stage', sums: ['items'] },
  })
}
