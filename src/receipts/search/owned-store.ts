import type { Db } from '../../db/open.ts'
import { placesOf, runText } from '../../db/raw-query.ts'
import type { Cents } from '../../values/money.ts'
import { cents } from '../../values/money.ts'
import { OwnedStatement, SIGNED_VALUE } from './owned-statement.ts'
import type { ReceiptFilter } from './search-filter.ts'

/** Above this many receipts a count says «más de»: adding them up would be slower than the page. */
const COUNT_MAX = 100_000

/** Runs a statement on the receipts of one party. */
export async function readOwned<Row>(
  db: Db,
  write: (statement: OwnedStatement) => string,
): Promise<Row[]> {
  const statement = new OwnedStatement(placesOf(db))
  const text = write(statement)
  return runText(db, text, statement.parameters)
}

/** How many receipts, and what they add up to; credit notes take away. */
export interface Totals {
  readonly count: number
  readonly cents: Cents
  /** False when there are more than `COUNT_MAX`: then `count` is that and the sum is not said. */
  readonly exact: boolean
}

export async function totalsOf(db: Db, partyId: number, filter: ReceiptFilter): Promise<Totals> {
  const [found] = await readOwned<{ count: number; sum: number | null }>(db, (statement) => {
    const values = `select ${SIGNED_VALUE} as value ${statement.rowsOf(partyId, filter)}`
    const bounded = `${values} limit ${statement.bind(COUNT_MAX + 1)}`
    return `select count(*) as count, sum(value) as sum from (${bounded}) as counted`
  })
  const { count = 0, sum = 0 } = found ?? {}
  if (count > COUNT_MAX) return { count: COUNT_MAX, cents: cents(0), exact: false }
  return { count, cents: cents(sum ?? 0), exact: true }
}

/** Whether there is any such receipt: one step in the index, whatever their number. */
export async function hasReceipts(
  db: Db,
  partyId: number,
  filter: ReceiptFilter,
): Promise<boolean> {
  const rows = await readOwned(
    db,
    (statement) => `select r.receipt_id ${statement.rowsOf(partyId, filter)} limit 1`,
  )
  return rows.length > 0
}
