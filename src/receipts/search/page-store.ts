import { setImmediate } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { type OwnedReceipt, signedValue } from '../receipt.ts'
import { LISTED, type ListedRow, toListed } from '../receipt-store.ts'
import type { ReceiptScope, Stretch } from '../scope/scope.ts'
import { earlier, later, stretchesOf } from '../scope/scope.ts'
import { type OwnedStatement, SIGNED_VALUE } from './owned-statement.ts'
import { readOwned } from './owned-store.ts'
import type { SearchOrder } from './search.ts'
import type { Cursor } from './search-cursor.ts'
import type { ReceiptFilter } from './search-filter.ts'

/** A page of an ordered list, and the places before and after it (null: there is nothing there). */
export interface ReceiptPage {
  readonly receipts: readonly OwnedReceipt[]
  readonly previous: Cursor | null
  readonly next: Cursor | null
  /** How many rows stand before the first. */
  readonly position: number
}

/** A stretch of the list from a place in it, or from its start. */
export async function receiptsOf(
  db: Db,
  scope: ReceiptScope,
  filter: ReceiptFilter,
  page: { order: SearchOrder; cursor: Cursor | null; size: number },
): Promise<ReceiptPage> {
  const { cursor, order, size } = page
  const backwards = cursor?.direction === 'before'
  const stretches = nearest(stretchesOf(scope, filter), page)
  const rows = await readOwned<ListedRow>(db, (statement) => {
    const found = `select ${LISTED.join(', ')} ${statement.rowsOf(stretches, filter)}`
    const sorted = inOrder(statement, page, stretches.length > 1)
    return `${found} ${sorted} limit ${statement.bind(size + 1)}`
  })
  const more = rows.length > size
  // Fewer rows before than a page holds: that is the start of the list, shown as a whole page.
  if (backwards && !more) return receiptsOf(db, scope, filter, { ...page, cursor: null })
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

/**
 * The day of the cursor is the nearer bound. Of one party the rows beyond the cursor say so by
 * themselves (with both, SQLite would walk down from the farther); of many it is that of each.
 */
function nearest(
  stretches: readonly Stretch[],
  { cursor, order }: { order: SearchOrder; cursor: Cursor | null },
): readonly Stretch[] {
  if (cursor === null || (order !== '-fecha' && order !== 'fecha')) return stretches
  const { day } = cursor
  const falling = (order === '-fecha') === (cursor.direction === 'after')
  if (stretches.length === 1) {
    return stretches.map((one) => {
      if (falling) return one.to !== null && day <= one.to ? { ...one, to: null } : one
      return one.from !== null && day >= one.from ? { ...one, from: null } : one
    })
  }
  return stretches
    .map((one) =>
      falling ? { ...one, to: earlier(one.to, day) } : { ...one, from: later(one.from, day) },
    )
    .filter(({ from, to }) => from === null || to === null || from <= to)
}

/** The rows beyond the cursor, and their order; of many parties, one receipt may be two rows. */
function inOrder(
  statement: OwnedStatement,
  { order, cursor }: { order: SearchOrder; cursor: Cursor | null },
  many: boolean,
): string {
  const falling = order.startsWith('-') !== (cursor?.direction === 'before')
  const direction = falling ? 'desc' : 'asc'
  const keys = ['r.issued_on', 'r.receipt_id', ...(many ? ['r.party_id'] : [])]
  const places = cursor === null ? [] : [cursor.day, cursor.id, ...(many ? [cursor.partyId] : [])]
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
  receipt: OwnedReceipt,
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
    partyId: receipt.partyId,
    value: byValue ? (signedValue(receipt) ?? 0) : 0,
    position,
  }
}

/** The orders in which files are filled. */
export type FileOrder = Extract<SearchOrder, '-fecha' | 'fecha'>

/**
 * All of a search, in stretches read one after another: no connection is held between them. Always
 * by day, in which the rows are stored: by value, each stretch would sort all of them once more.
 * What may be read is asked before each.
 */
export async function* eachReceiptOf(
  db: Db,
  scopeNow: () => Promise<ReceiptScope>,
  filter: ReceiptFilter,
  order: FileOrder,
  size: number,
): AsyncGenerator<readonly OwnedReceipt[]> {
  let cursor: Cursor | null = null
  do {
    const scope = await scopeNow()
    const page: ReceiptPage = await receiptsOf(db, scope, filter, { order, cursor, size })
    if (page.receipts.length > 0) yield page.receipts
    cursor = page.next
    // SQLite answers at once and so may the reader: without this, nobody else gets a turn meanwhile.
    await setImmediate()
  } while (cursor !== null)
}
