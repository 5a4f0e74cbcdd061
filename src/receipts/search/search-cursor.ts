import type { Day } from '../../values/day.ts'
import { parseDay } from '../../values/day.ts'
import type { SearchOrder } from './search.ts'
import { searchOrders } from './search.ts'

/**
 * A place between two rows of an ordered list. It carries the sort keys of the row beside it, so
 * that a page costs the same at any depth and nothing moves when rows are added. It grants nothing:
 * whoever changes it only moves about in their own rows.
 */
export interface Cursor {
  /** Towards the end of the list, or back towards its start. */
  readonly direction: 'after' | 'before'
  readonly order: SearchOrder
  readonly day: Day
  readonly id: number
  /** Whose row it is, in a list of several parties. */
  readonly partyId: number
  /** Signed cents when the order is by value, else 0. */
  readonly value: number
  /** How many rows stand before this place, for «51 a 100»; a help to the eye, trusted with nothing. */
  readonly position: number
}

const SHAPE =
  /^([ab])([0-3])\.(\d{4}-\d{2}-\d{2})\.(\d{1,15})\.(\d{1,15})\.(-?\d{1,15})\.(\d{1,9})$/
const ENCODED_MAX = 120

/** One word for the URL. */
export function writeCursor(cursor: Cursor): string {
  const { direction, order, day, id, partyId, value, position } = cursor
  const head = `${direction === 'after' ? 'a' : 'b'}${searchOrders.indexOf(order)}`
  return Buffer.from([head, day, id, partyId, value, position].join('.')).toString('base64url')
}

/** Null for anything that `writeCursor` did not write, or that belongs to another order. */
export function readCursor(text: string | undefined, order: SearchOrder): Cursor | null {
  if (!text || text.length > ENCODED_MAX) return null
  const plain = Buffer.from(text, 'base64url').toString('latin1')
  const match = SHAPE.exec(plain)
  if (match === null) return null
  const [, direction, orderIndex, dayText = '', id, partyId, value, position] = match
  const day = parseDay(dayText)
  if (day === null || searchOrders[Number(orderIndex)] !== order) return null
  const cursor: Cursor = {
    direction: direction === 'a' ? 'after' : 'before',
    order,
    day,
    id: Number(id),
    partyId: Number(partyId),
    value: Number(value),
    position: Number(position),
  }
  // Two spellings of one place would be two addresses of one page.
  return writeCursor(cursor) === text ? cursor : null
}
