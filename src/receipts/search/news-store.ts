import type { Db } from '../../db/open.ts'
import type { Day } from '../../values/day.ts'
import type { OwnedReceipt } from '../receipt.ts'
import { LISTED, type ListedRow, toListed } from '../receipt-store.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { stretchesOf } from '../scope/scope.ts'
import { readOwned } from './owned-store.ts'
import { noFilter } from './search-filter.ts'

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

/** What was loaded last of those issued on a day or later, and how many after a receipt. */
export async function lastLoaded(
  db: Db,
  scope: ReceiptScope,
  { after, from }: { after: number; from: Day },
  limit: number,
): Promise<{ count: number; newest: OwnedReceipt[] }> {
  const stretches = stretchesOf(scope, { from, to: null })
  const rows = await readOwned<ListedRow & { news: number }>(db, (statement) => {
    const news = `sum(case when r.receipt_id > ${statement.bind(after)} then 1 else 0 end) over ()`
    const found = statement.rowsOf(stretches, noFilter)
    const last = `order by r.receipt_id desc limit ${statement.bind(limit)}`
    return `select ${LISTED.join(', ')}, ${news} as news ${found} ${last}`
  })
  return { count: Number(rows[0]?.news ?? 0), newest: rows.map(toListed) }
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
