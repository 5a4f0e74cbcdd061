import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import type { TaxName } from '../../sri/catalogues/catalogues.ts'
import { type Cents, cents } from '../../values/money.ts'
import { type ReceiptScope, type Stretch, stretchesOf } from '../scope/scope.ts'
import { signed } from '../search/owned-statement.ts'
import { readOwned } from '../search/owned-store.ts'
import type { ReceiptFilter } from '../search/search-filter.ts'
import { untaxedReceipts } from './tax-store.ts'

/** Above this many receipts nothing is added up by rate: each of them has to be looked at. */
export const TAXED_MAX = 50_000
const STRETCHES_AT_ONCE = 25

/** What receipts charge, or withhold, of one tax at one rate; credit notes take away. */
export interface TaxTotal {
  readonly withheld: boolean
  readonly tax: TaxName
  readonly rateCode: string
  /** Basis points, 1500 is 15 %; null where no percentage applies. */
  readonly rateBp: number | null
  readonly count: number
  readonly baseCents: Cents
  readonly amountCents: Cents
}

export interface TaxTotals {
  readonly totals: readonly TaxTotal[]
  /** Whether of some receipt of the bank, perhaps one of these, nobody has written the taxes yet. */
  readonly unfinished: boolean
}

/**
 * A search added up by tax, code and rate.
 *
 * @param found how many receipts it finds
 * @returns null when they are more than `TAXED_MAX`
 */
export async function taxTotalsOf(
  db: Db,
  scope: ReceiptScope,
  filter: ReceiptFilter,
  found: number,
): Promise<TaxTotals | null> {
  if (found > TAXED_MAX) return null
  const totals = new Map<string, TaxTotal>()
  const stretches = stretchesOf(scope, filter)
  for (let at = 0; at < stretches.length; at += STRETCHES_AT_ONCE) {
    for (const total of await totalsIn(db, stretches.slice(at, at + STRETCHES_AT_ONCE), filter)) {
      const key = `${total.withheld} ${total.tax} ${total.rateCode} ${total.rateBp}`
      const other = totals.get(key)
      totals.set(key, other ? together(other, total) : total)
    }
    // A month of hundreds of clients in one go would make pages wait.
    await letOthersRun()
  }
  return { totals: [...totals.values()], unfinished: (await untaxedReceipts(db, 1)).length > 0 }
}

async function totalsIn(
  db: Db,
  stretches: readonly Stretch[],
  filter: ReceiptFilter,
): Promise<TaxTotal[]> {
  const rows = await readOwned<TaxRow>(db, (statement) => {
    const receipts = `select r.receipt_id, r.kind ${statement.rowsOf(stretches, filter)}`
    const bounded = `(${receipts} limit ${statement.bind(TAXED_MAX)}) as r`
    return `select ${GROUPS}, count(*) as count, sum(${signed('t.base_cents')}) as base,
      sum(${signed('t.amount_cents')}) as amount
      from ${bounded} cross join receipt_tax as t where t.receipt_id = r.receipt_id
      group by ${KEYS}`
  })
  return rows.map((row) => ({
    withheld: row.withheld === 1,
    tax: row.tax,
    rateCode: row.rate_code,
    rateBp: row.rate_bp,
    count: row.count,
    baseCents: row.base,
    amountCents: row.amount,
  }))
}

function together(one: TaxTotal, other: TaxTotal): TaxTotal {
  return {
    ...one,
    count: one.count + other.count,
    baseCents: cents(one.baseCents + other.baseCents),
    amountCents: cents(one.amountCents + other.amountCents),
  }
}

const WITHHELD = "case r.kind when 'withholding' then 1 else 0 end"
const KEYS = `${WITHHELD}, t.tax, t.rate_code, t.rate_bp`
const GROUPS = `${WITHHELD} as withheld, t.tax, t.rate_code, t.rate_bp`

interface TaxRow {
  withheld: number
  tax: TaxName
  rate_code: string
  rate_bp: number | null
  count: number
  base: Cents
  amount: Cents
}
