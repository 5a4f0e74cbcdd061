import type { Db } from '../../db/open.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { knowsNoNumbers, stretchesOf } from '../scope/scope.ts'
import { SIGNED_DAY, SIGNED_VALUE } from './owned-statement.ts'
import { COUNT_MAX, readOwned } from './owned-store.ts'
import { asksForDays, type ReceiptFilter } from './search-filter.ts'

/** What the receipts of one party, month and kind add up to; credit notes take away. */
export interface ReceiptSum {
  readonly partyId: number
  /** `2026-11` */
  readonly month: string
  readonly kind: DocumentKind
  readonly count: number
  readonly cents: Cents
}

/**
 * A search added up by party, month and kind: from the sums of days wherever those can tell, otherwise
 * from each receipt; null when those are more than `max`.
 */
export async function sumsOf(
  db: Db,
  scope: ReceiptScope,
  filter: ReceiptFilter,
  max = COUNT_MAX,
): Promise<ReceiptSum[] | null> {
  const stretches = stretchesOf(scope, filter)
  const byDays = asksForDays(filter) && knowsNoNumbers(stretches)
  const rows = await readOwned<{
    party_id: number
    month: string
    kind: string
    count: number
    cents: number
  }>(db, (statement) => {
    const table = byDays ? 'receipt_day' : 'receipt_owner'
    const [count, value] = byDays ? ['r.receipts', SIGNED_DAY] : ['1', SIGNED_VALUE]
    const columns = `r.party_id, substr(r.issued_on, 1, 7) as month, r.kind, ${count} as receipts, ${value} as value`
    const found = `select ${columns} ${statement.rowsOf(stretches, filter, table)}`
    const bounded = byDays ? found : `${found} limit ${statement.bind(max + 1)}`
    return `select party_id, month, kind, sum(receipts) as count, sum(coalesce(value, 0)) as cents
      from (${bounded}) as found group by party_id, month, kind`
  })
  if (!byDays && rows.reduce((sum, { count }) => sum + count, 0) > max) return null
  return rows.map((row) => ({
    partyId: row.party_id,
    month: row.month,
    kind: row.kind as DocumentKind,
    count: row.count,
    cents: row.cents as Cents,
  }))
}
