import { insertRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import { type Tx, transaction } from '../db/transaction.ts'

/** How a receipt was seen: on its page, in a file, in a package or in a table. */
type ReadingAction = 'page' | 'pdf' | 'xml' | 'zip' | 'csv'

/** Whose reading it is. */
export interface Reader {
  readonly loginId: number
  readonly sessionId: string
  /** Set for somebody of the bank who looks as the customer does. */
  readonly viewing?: { readonly viewId: number }
}

/** Writes down that somebody saw these receipts, before they are shown: the one thing a GET writes. */
export async function addReadings(
  db: Db,
  reader: Reader,
  action: ReadingAction,
  receiptIds: readonly number[],
  now: Date,
): Promise<void> {
  await transaction(db, (tx) => noteReadings(tx, reader, action, receiptIds, now))
}

/** The same, in the transaction of what gives them. */
export async function noteReadings(
  tx: Tx,
  reader: Reader,
  action: ReadingAction,
  receiptIds: readonly number[],
  now: Date,
): Promise<void> {
  const { loginId, sessionId, viewing } = reader
  const at = now.toISOString()
  await insertRows(tx, {
    table: 'receipt_reading',
    columns: ['receipt_id', 'login_id', 'session_id', 'action', 'at', 'view_id'],
    rows: receiptIds.map((id) => [id, loginId, sessionId, action, at, viewing?.viewId ?? null]),
  })
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
    .where('view_id', 'is', null)
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

/** What somebody of the bank did with a receipt of a customer, in one look, and why they looked. */
export interface BankReading {
  readonly action: ReadingAction
  readonly reason: string
  readonly at: string
}

const BANK_READINGS_MAX = 20

/** How often a party's receipt was seen or fetched by the bank's people, the newest first. */
export async function bankReadingsOf(
  db: Db,
  partyId: number,
  receiptId: number,
): Promise<BankReading[]> {
  return db
    .selectFrom('receipt_reading')
    .innerJoin('customer_view', 'customer_view.id', 'receipt_reading.view_id')
    .where('receipt_id', '=', receiptId)
    .where('customer_view.party_id', '=', partyId)
    .groupBy(['customer_view.id', 'customer_view.reason', 'receipt_reading.action'])
    .select(({ fn }) => [
      'receipt_reading.action',
      'customer_view.reason',
      fn.min('receipt_reading.at').as('at'),
    ])
    .orderBy('customer_view.id', 'desc')
    .limit(BANK_READINGS_MAX)
    .execute()
}
