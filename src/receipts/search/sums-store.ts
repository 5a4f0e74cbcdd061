import type { Db } from '../../db/open.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { knowsNoNumbers, stretchesOf } from '../scope/scope.ts'
import { SIGNED_DAY, SIGNED_VALUE } from './owned-statement.ts'
import { COUNT_MAX, readOwned } from './owned-store.ts'
import { asksForDays, noFilter, type ReceiptFilter } from './search-filter.ts'

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

/** By party, how many receipts that were loaded after a receipt were issued on a day or later. */
export async function newerByParty(
  db: Db,
  scope: ReceiptScope,
  { after, from }: { after: number; from: Day },
): Promise<Map<number, number>> {
  const stretches = stretchesOf(scope, { from, to: null })
  const rows = await readOwned<{ party_id: number; count: number }>(db, (statement) => {
    const found = statement.rowsOf(stretches, noFilter)
    const newer = `r.receipt_id > ${statement.bind(after)}`
    return `select r.party_id, count(*) as count ${found} and ${newer} group by r.party_id`
  })
  return new Map(rows.map(({ party_id, count }) => [party_id, count]))
}

/**
 * The last receipt that was loaded by a moment; 0 when none was. Receipts are numbered as they are
 * loaded, so halving finds it where no index of times is worth its bytes.
 */
export async function lastLoadedBy(db: Db, moment: Date): Promise<number> {
  const by = moment.toISOString()
  const next = (from: number) =>
    db
      .selectFrom('receipt')
      .select(['id', 'loaded_at'])
      .where('id', '>=', from)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
  const newest = await db
    .selectFrom('receipt')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  let [low, high] = [0, newest?.id ?? 0]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = await next(middle)
    if (found && found.loaded_at <= by) low = Math.max(found.id, middle)
    else high = middle - 1
  }
  return low
}
