import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ReceiptStatus } from '../receipt.ts'

/** A receipt that the days of its owners gain or, with -1, lose. */
interface DayChange {
  receipt: { issuedOn: string; kind: string; totalCents: number | null }
  status: ReceiptStatus
  partyIds: readonly number[]
  receipts: 1 | -1
}

/**
 * Keeps `receipt_day` in step with `receipt_owner`. Call it once a transaction, with all that changes
 * there and after everything else: its rows are written in one order, so that two loads at once never
 * wait for each other, and a customer's day is not held for longer than need be.
 */
export async function changeDays(tx: Tx, changes: readonly DayChange[]): Promise<void> {
  const sums = addUp(changes)
  await insertRows(tx, {
    table: 'receipt_day',
    columns: ['party_id', 'issued_on', 'kind', 'status', 'receipts', 'cents'],
    rows: sums,
    addWhenTaken: { unique: 'party_id, issued_on, kind, status', sums: ['receipts', 'cents'] },
  })
  const losers = sums.filter((sum) => sum[4] < 0).map((sum) => sum[0])
  if (losers.length === 0) return
  await tx
    .deleteFrom('receipt_day')
    .where('party_id', 'in', anyOf(tx, losers))
    .where('receipts', '=', 0)
    .execute()
}

/** A row of `receipt_day`, or what one gains. */
type DaySum = [
  partyId: number,
  issuedOn: string,
  kind: string,
  status: string,
  receipts: number,
  cents: number,
]

function addUp(changes: readonly DayChange[]): DaySum[] {
  const sums = new Map<string, DaySum>()
  for (const { receipt, status, partyIds, receipts } of changes) {
    const { issuedOn, kind, totalCents } = receipt
    for (const partyId of partyIds) {
      const key = `${partyId} ${issuedOn} ${kind} ${status}`
      const sum = sums.get(key) ?? [partyId, issuedOn, kind, status, 0, 0]
      sum[4] += receipts
      sum[5] += receipts * (totalCents ?? 0)
      sums.set(key, sum)
    }
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => sum)
    .filter((sum) => sum[4] !== 0 || sum[5] !== 0)
}
