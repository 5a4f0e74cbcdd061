import { sql } from 'kysely'
import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { ItemOutcome, ItemReach } from '../../db/tables/intake.ts'
import type { Tx } from '../../db/transaction.ts'
import type { KeptFile } from '../keep-group.ts'
import { itemsAt, moveItems } from './journey/item-store.ts'

/** A document of a lot. */
export interface LotItem {
  /** Its place in the lot, from 1. */
  readonly n: number
  readonly outcome: ItemOutcome
  readonly receiptId: number | null
  /** The path in the lot's files. */
  readonly name: string | null
  readonly accessKey: string | null
  readonly recipient: string | null
  readonly totalCents: number | null
  readonly reach: ItemReach | null
  /** Of what is refused; `pending` of a receipt foreseen that the SRI has not authorised. */
  readonly code: string | null
  readonly message: string | null
}

const COLUMNS = [
  'lot_id',
  'n',
  'outcome',
  'receipt_id',
  'name',
  'access_key',
  'recipient',
  'total_cents',
  'reach',
  'code',
  'message',
] as const

/** Keeps what a dry run foresees, in the stead of what an earlier one did. */
export async function keepItems(tx: Tx, lotId: number, items: readonly LotItem[]): Promise<void> {
  const others = COLUMNS.slice(2).map((name) => `${name} = excluded.${name}`)
  await insertRows(tx, {
    table: 'lot_item',
    columns: COLUMNS,
    rows: items.map((item) => rowOf(lotId, item)),
    whenTaken: `on conflict (lot_id, n) do update set ${others.join(', ')}`,
  })
}

/** Notes what became of the files of some places once they were kept, instead of what was foreseen. */
export async function noteItems(
  tx: Tx,
  lotId: number,
  places: readonly number[],
  files: readonly KeptFile[],
): Promise<void> {
  await insertRows(tx, {
    table: 'lot_item',
    columns: COLUMNS,
    rows: files.map((file, at) => rowOf(lotId, itemOf(file, places[at] ?? 0))),
    whenTaken: NOTED,
  })
}

const NOTED = `on conflict (lot_id, n) do update set
  outcome = excluded.outcome, receipt_id = excluded.receipt_id, name = excluded.name,
  access_key = excluded.access_key, recipient = null, total_cents = null,
  code = excluded.code, message = excluded.message`

function itemOf({ item, outcome, receiptId }: KeptFile, n: number): LotItem {
  const { name, claveAcceso: accessKey, code, message } = item
  const rest = { recipient: null, totalCents: null, reach: null }
  // The receipt tells its own name and key.
  const told = receiptId === null ? { name, accessKey } : { name: null, accessKey: null }
  return { n, outcome, receiptId, ...told, ...rest, code, message }
}

function rowOf(lotId: number, item: LotItem) {
  return [
    lotId,
    item.n,
    item.outcome,
    item.receiptId,
    item.name,
    item.accessKey,
    item.recipient,
    item.totalCents,
    item.reach,
    item.code,
    item.message,
  ]
}

/** Keys of the documents that are, or would be, receipts of the lot, by keyset. */
export async function keysAfter(
  db: Db,
  lotId: number,
  afterN: number,
  limit: number,
): Promise<{ n: number; accessKey: string }[]> {
  const rows = await db
    .selectFrom('lot_item')
    .select(['n', 'access_key'])
    .where('lot_id', '=', lotId)
    .where('n', '>', afterN)
    .where('access_key', 'is not', null)
    .where('outcome', 'in', ['new', 'awaited', 'duplicated'])
    .orderBy('n')
    .limit(limit)
    .execute()
  return rows.map(({ n, access_key }) => ({ n, accessKey: access_key ?? '' }))
}

/** Receipts that the lot brought and that were not withdrawn, by keyset. */
export async function receiptsAfter(
  db: Db,
  lotId: number,
  afterN: number,
  limit: number,
): Promise<{ n: number; receiptId: number; accessKey: string; fileName: string }[]> {
  const rows = await db
    .selectFrom('lot_item')
    .innerJoin('receipt', 'receipt.id', 'lot_item.receipt_id')
    .select(['lot_item.n', 'receipt.id', 'receipt.access_key', 'receipt.file_name'])
    .where('lot_item.lot_id', '=', lotId)
    .where('lot_item.n', '>', afterN)
    .where('lot_item.outcome', '=', 'loaded')
    .orderBy('lot_item.n')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    n: row.n,
    receiptId: row.id,
    accessKey: row.access_key,
    fileName: row.file_name,
  }))
}

/** Notes that receipts are gone again, under the names and keys they had. */
export async function noteWithdrawn(
  tx: Tx,
  lotId: number,
  gone: readonly { n: number; accessKey: string; fileName: string }[],
): Promise<void> {
  const places = gone.map(({ n }) => n)
  const items = await itemsAt(tx, lotId, places)
  await moveItems(
    tx,
    items.filter(({ stage }) => stage !== null).map((item) => ({ item, to: null })),
  )
  const empty = { recipient: null, totalCents: null, reach: null, code: null, message: null }
  await insertRows(tx, {
    table: 'lot_item',
    columns: COLUMNS,
    rows: gone.map(({ n, accessKey, fileName: name }) =>
      rowOf(lotId, { n, outcome: 'withdrawn', receiptId: null, name, accessKey, ...empty }),
    ),
    whenTaken: `on conflict (lot_id, n) do update set outcome = excluded.outcome,
      receipt_id = null, name = excluded.name, access_key = excluded.access_key, reach = null`,
  })
}

/**
 * Notes that receipts are gone which files of other lots had authorised.
 *
 * @returns the lots of those files
 */
export async function noteAnswersGone(tx: Tx, accessKeys: readonly string[]): Promise<number[]> {
  if (accessKeys.length === 0) return []
  const rows = await tx
    .updateTable('lot_item')
    .set({ outcome: 'withdrawn' })
    .where('access_key', 'in', anyOf(tx, accessKeys))
    // A bound parameter would keep SQLite from seeing that the partial index fits.
    .where(sql<boolean>`outcome = 'authorized'`)
    .returning('lot_id')
    .execute()
  return [...new Set(rows.map(({ lot_id }) => lot_id))]
}

/** How many documents of a lot ended in each way. */
export async function countOutcomes(
  db: Db,
  lotId: number,
): Promise<Partial<Record<ItemOutcome, number>>> {
  const rows = await db
    .selectFrom('lot_item')
    .where('lot_id', '=', lotId)
    .groupBy('outcome')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]))
}

interface ItemPage {
  afterN: number
  limit: number
}

/** The documents that are refused, in their order. */
export async function faultsOf(db: Db, lotId: number, page: ItemPage): Promise<LotItem[]> {
  return items(db, lotId, page, sql<boolean>`outcome in ('refused', 'clashing', 'repeated')`)
}

/** The documents whose news reaches so far and no farther. */
export async function itemsByReach(
  db: Db,
  lotId: number,
  reach: ItemReach,
  page: ItemPage,
): Promise<LotItem[]> {
  return items(db, lotId, page, sql<boolean>`reach = ${reach}`)
}

async function items(
  db: Db,
  lotId: number,
  { afterN, limit }: ItemPage,
  which: ReturnType<typeof sql<boolean>>,
): Promise<LotItem[]> {
  const rows = await db
    .selectFrom('lot_item')
    .leftJoin('receipt', 'receipt.id', 'lot_item.receipt_id')
    .selectAll('lot_item')
    .select(['receipt.file_name', 'receipt.access_key as kept_key', 'receipt.recipient_name'])
    .select('receipt.total_cents as kept_cents')
    .where('lot_id', '=', lotId)
    .where('n', '>', afterN)
    .where(which)
    .orderBy('n')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    n: row.n,
    outcome: row.outcome,
    receiptId: row.receipt_id,
    name: row.name ?? row.file_name,
    accessKey: row.access_key ?? row.kept_key,
    recipient: row.recipient ?? row.recipient_name,
    totalCents: row.total_cents ?? row.kept_cents,
    reach: row.reach,
    code: row.code,
    message: row.message,
  }))
}
