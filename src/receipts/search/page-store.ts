import { setImmediate } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { type ListedReceipt, signedValue } from '../receipt.ts'
import { LISTED, type ListedRow, toListed } from '../receipt-store.ts'
import { type OwnedStatement, SIGNED_VALUE } from './owned-statement.ts'
import { readOwned } from './owned-store.ts'
import type { SearchOrder } from './search.ts'
import type { Cursor } from './search-cursor.ts'
import type { ReceiptFilter } from './search-filter.ts'

/** A page of an ordered list, and the places before and after it (null: there is nothing there). */
export interface ReceiptPage {
  readonly receipts: readonly ListedReceipt[]
  readonly previous: Cursor | null
  readonly next: Cursor | null
  /** How many rows stand before the first. */
  readonly position: number
}

/** A stretch of the list from a place in it, or from its start. */
export async function receiptsOf(
  db: Db,
  partyId: number,
  filter: ReceiptFilter,
  page: { order: SearchOrder; cursor: Cursor | null; size: number },
): Promise<ReceiptPage> {
  const { cursor, order, size } = page
  const backwards = cursor?.direction === 'before'
  const rows = await readOwned<ListedRow>(db, (statement) => {
    const found = `select ${LISTED.join(', ')} ${statement.rowsOf(partyId, bounded(filter, page))}`
    return `${found} ${inOrder(statement, page)} limit ${statement.bind(size + 1)}`
  })
  const more = rows.length > size
  // Fewer rows before than a page holds: that is the start of the list, shown as a whole page.
  if (backwards && !more) return receiptsOf(db, partyId, filter, { ...page, cursor: null })
  const receipts = rows.slice(0, size).map(toListed)
  if (backwards) receipts.reverse()
  const reached = cursor?.position ?? 0
  const position = backwards ? Math.max(0, reached - receipts.length) : reached
  const first = receipts.at(0)
  const last = receipts.at(-1)
  return {
    receipts,
    position,
    previous: first && (backwards || cursor) ? placeAt(first, 'before', order, position) : null,
    next:
      last && (backwards || more)
        ? placeAt(last, 'after', order, position + receipts.length)
        : null,
  }
}

/** The day of the cursor is the nearer bound; with both, SQLite would walk down from the farther. */
function bounded(
  filter: ReceiptFilter,
  { cursor, order }: { order: SearchOrder; cursor: Cursor | null },
): ReceiptFilter {
  if (cursor === null || filter.accessKey !== null) return filter
  const falling = (order === '-fecha') === (cursor.direction === 'after')
  if (order === '-fecha' || order === 'fecha') {
    if (falling && filter.to !== null && cursor.day <= filter.to) return { ...filter, to: null }
    if (!falling && filter.from !== null && cursor.day >= filter.from) {
      return { ...filter, from: null }
    }
  }
  return filter
}

/** The rows beyond the cursor, and their order. */
function inOrder(
  statement: OwnedStatement,
  { order, cursor }: { order: SearchOrder; cursor: Cursor | null },
): string {
  const falling = order.startsWith('-') !== (cursor?.direction === 'before')
  const direction = falling ? 'desc' : 'asc'
  const keys = ['r.issued_on', 'r.receipt_id']
  const places = cursor === null ? [] : [cursor.day, cursor.id]
  if (order === 'valor' || order === '-valor') {
    keys.unshift(`coalesce(${SIGNED_VALUE}, 0)`)
    if (cursor !== null) places.unshift(cursor.value)
  }
  const sorted = `order by ${keys.map((key) => `${key} ${direction}`).join(', ')}`
  if (cursor === null) return sorted
  const beyond = places.map((place) => statement.bind(place)).join(', ')
  return `and (${keys.join(', ')}) ${falling ? '<' : '>'} (${beyond}) ${sorted}`
}

function placeAt(
  receipt: ListedReceipt,
  direction: Cursor['direction'],
  order: SearchOrder,
  position: number,
): Cursor {
  const byValue = order === 'valor' || order === '-valor'
  return {
    direction,
    order,
    day: receipt.issuedOn,
    id: receipt.id,
    value: byValue ? (signedValue(receipt) ?? 0) : 0,
    position,
  }
}

/** The orders in which files are filled. */
export type FileOrder = Extract<SearchOrder, '-fecha' | 'fecha'>

/**
 * All of a search, in stretches read one after another: no connection is held between them. Always
 * by day, in which the rows are stored: by value, each stretch would sort all of them once more.
 */
export async function* eachReceiptOf(
  db: Db,
  partyId: number,
  filter: ReceiptFilter,
  order: FileOrder,
  size: number,
): AsyncGenerator<readonly ListedReceipt[]> {
  let cursor: Cursor | null = null
  do {
    const page: ReceiptPage = await receiptsOf(db, partyId, filter, { order, cursor, size })
    if (page.receipts.length > 0) yield page.receipts
    cursor = page.next
    // SQLite answers at once and so may the reader: without this, nobody else gets a turn meanwhile.
    await setImmediate()
  } while (cursor !== null)
}
