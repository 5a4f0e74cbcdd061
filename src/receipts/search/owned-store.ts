import type { Db } from '../../db/open.ts'
import { runText, textDialectOf } from '../../db/raw-query.ts'
import type { Cents } from '../../values/money.ts'
import { cents } from '../../values/money.ts'
import type { ReceiptScope, Stretch } from '../scope/scope.ts'
import { knowsNoNumbers, stretchesOf } from '../scope/scope.ts'
import { OwnedStatement, SIGNED_DAY, SIGNED_VALUE } from './owned-statement.ts'
import { asksForDays, type ReceiptFilter } from './search-filter.ts'

/** Above this many receipts a count says «más de»: adding each up would be slower than the page. */
export const COUNT_MAX = 100_000

/** Runs a statement on the receipts of a scope. */
export async function readOwned<Row>(
  db: Db,
  write: (statement: OwnedStatement) => string,
): Promise<Row[]> {
  const statement = new OwnedStatement(textDialectOf(db))
  const text = write(statement)
  return runText(db, text, statement.parameters)
}

/** How many receipts, and what they add up to; credit notes take away. */
export interface Totals {
  readonly count: number
  readonly cents: Cents
  /** False when more than `COUNT_MAX` had to be added up: then `count` is that, and no sum is said. */
  readonly exact: boolean
}

/**
 * What a search adds up to: from the sums of the days when it asks for nothing else, so that it costs
 * the same for any number of receipts; otherwise from each of them, up to a bound.
 */
export async function totalsOf(
  db: Db,
  scope: ReceiptScope,
  filter: ReceiptFilter,
): Promise<Totals> {
  const stretches = stretchesOf(scope, filter)
  // A day's sums know kinds and states, and not by which number a receipt names its owner.
  if (asksForDays(filter) && knowsNoNumbers(stretches)) return totalsOfDays(db, stretches, filter)
  const [found] = await readOwned<{ count: number; sum: number | null }>(db, (statement) => {
    const values = `select ${SIGNED_VALUE} as value ${statement.rowsOf(stretches, filter)}`
    const bounded = `${values} limit ${statement.bind(COUNT_MAX + 1)}`
    return `select count(*) as count, sum(value) as sum from (${bounded}) as counted`
  })
  const { count = 0, sum = 0 } = found ?? {}
  if (count > COUNT_MAX) return { count: COUNT_MAX, cents: cents(0), exact: false }
  return { count, cents: cents(sum ?? 0), exact: true }
}

async function totalsOfDays(
  db: Db,
  stretches: readonly Stretch[],
  filter: ReceiptFilter,
): Promise<Totals> {
  const [found] = await readOwned<{ count: number | null; sum: number | null }>(db, (statement) => {
    const days = statement.rowsOf(stretches, filter, 'receipt_day')
    return `select sum(r.receipts) as count, sum(${SIGNED_DAY}) as sum ${days}`
  })
  return { count: found?.count ?? 0, cents: cents(found?.sum ?? 0), exact: true }
}

/** Whether there is any such receipt: one step in the index, whatever their number. */
export async function hasReceipts(
  db: Db,
  scope: ReceiptScope,
  filter: ReceiptFilter,
): Promise<boolean> {
  const stretches = stretchesOf(scope, filter)
  const rows = await readOwned(
    db,
    (statement) => `select r.receipt_id ${statement.rowsOf(stretches, filter)} limit 1`,
  )
  return rows.length > 0
}
