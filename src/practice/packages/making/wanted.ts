import type { Db } from '../../../db/open.ts'
import { totalsOf } from '../../../receipts/search/owned-store.ts'
import { readSearch } from '../../../receipts/search/search.ts'
import type { ReceiptFilter } from '../../../receipts/search/search-filter.ts'
import { asksForDays, filterOf } from '../../../receipts/search/search-filter.ts'
import { parseQuery } from '../../../receipts/search/search-url.ts'
import type { Day } from '../../../values/day.ts'
import { addDays, firstOfMonth } from '../../../values/day.ts'
import type { MonthSeal } from '../../completeness/month-seal.ts'
import { latestSeals } from '../../completeness/seal-store.ts'
import type { Package } from '../package.ts'
import type { Scope } from '../scope.ts'
import { filterWithin } from '../scope.ts'
import type { Naming } from './naming.ts'

/** No day of a query that was written out depends on the day it is read. */
const ANY_DAY = '2000-01-01' as Day

/** What a query that was written out finds, on any day. */
export function filterOfQuery(query: string): ReceiptFilter {
  return filterOf(readSearch(parseQuery(query)).search, ANY_DAY)
}

/** What a package asks of the receipts in its scope. */
export function wantedOf({ scope, query, format }: Pick<Package, 'scope' | 'query' | 'format'>) {
  return { scope, filter: filterOfQuery(query), pdf: format !== 'xml' }
}

/** How many receipts that is now. */
export async function countIn(
  db: Db,
  { scope, query }: { scope: Scope; query: string },
): Promise<number> {
  const filter = filterOfQuery(query)
  let count = 0
  for (const share of scope) {
    const within = filterWithin(filter, share)
    if (within !== null) count += (await totalsOf(db, share.partyId, within)).count
  }
  return count
}

/** The seals of the months that a package has whole: of others its files would prove nothing. */
export async function sealsOf(
  db: Db,
  one: Pick<Package, 'scope' | 'query'>,
  naming: Naming,
  taxpayers: readonly string[],
): Promise<(MonthSeal & { taxpayer: string })[]> {
  const filter = filterOfQuery(one.query)
  if (!asksForDays(filter) || filter.kinds.length + filter.statuses.length > 0) return []
  const whole: (MonthSeal & { taxpayer: string })[] = []
  for (const { partyId, kinds, from, to } of one.scope) {
    const taxpayer = naming.taxpayerOf(partyId)
    if (kinds.length > 0 || !taxpayers.includes(taxpayer)) continue
    const within = filterWithin(filter, { partyId, kinds, from, to })
    if (within === null) continue
    const seals = await latestSeals(db, [partyId], wholeMonths(within))
    whole.push(...seals.map((seal) => ({ ...seal, taxpayer })))
  }
  return whole
}

/** The first and last month that lie whole within some days. */
function wholeMonths({ from, to }: Pick<ReceiptFilter, 'from' | 'to'>) {
  const first = from && (from.endsWith('-01') ? from : firstOfMonth(from, 1))
  const last = to && (addDays(to, 1).endsWith('-01') ? to : addDays(firstOfMonth(to), -1))
  return { from: first?.slice(0, 7) ?? null, to: last?.slice(0, 7) ?? null }
}
