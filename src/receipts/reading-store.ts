import { insertRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import { transaction } from '../db/transaction.ts'

/** How a receipt was seen: on its page, in a file, in a package or in a table. */
type ReadingAction = 'page' | 'pdf' | 'xml' | 'zip' | 'csv'

/** Whose reading it is. */
export interface Reader {
  readonly loginId: number
  readonly sessionId: string
}

/** Writes down that somebody saw these receipts, before they are shown: the one thing a GET writes. */
export async function addReadings(
  db: Db,
  reader: Reader,
  action: ReadingAction,
  receiptIds: readonly number[],
  now: Date,
): Promise<void> {
  const { loginId, sessionId } = reader
  const at = now.toISOString()
  await transaction(db, (tx) =>
    insertRows(tx, {
      table: 'receipt_reading',
      columns: ['receipt_id', 'login_id', 'session_id', 'action', 'at'],
      rows: receiptIds.map((receiptId) => [receiptId, loginId, sessionId, action, at]),
    }),
  )
}

/** What one login did with a receipt, by action. */
export interface ReadingSummary {
  readonly action: ReadingAction
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
}

export async function readingsOf(
  db: Db,
  loginId: number,
  receiptId: number,
): Promise<ReadingSummary[]> {
  const rows = await db
    .selectFrom('receipt_reading')
    .where('receipt_id', '=', receiptId)
    .where('login_id', '=', loginId)
    .groupBy('action')
    .select(({ fn }) => [
      'action',
      fn.countAll<number>().as('count'),
      fn.min('at').as('first_at'),
      fn.max('at').as('last_at'),
    ])
    .execute()
  return rows.map((row) => ({
    action: row.action,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))
}
