import type { Db } from '../../../db/open.ts'
import { readSearch } from '../../../receipts/search/search.ts'
import type { ReceiptFilter } from '../../../receipts/search/search-filter.ts'
import { asksForDays, filterOf } from '../../../receipts/search/search-filter.ts'
import { parseQuery } from '../../../receipts/search/search-url.ts'
import type { Day } from '../../../values/day.ts'
import { addDays, firstOfMonth } from '../../../values/day.ts'
import type { MonthSeal } from '../../completeness/month-seal.ts'
import { latestSeals } from '../../completeness/seal-store.ts'
import { filesOf, type Package, type PackageContent } from '../package.ts'
import { isWhole, sharesOf } from '../scope.ts'
import type { Naming } from './naming.ts'

/** No day of a query that was written out depends on the day it is read. */
const ANY_DAY = '2000-01-01' as Day

/** What a query that was written out finds, on any day. */
export function filterOfQuery(query: string): ReceiptFilter {
  return filterOf(readSearch(parseQuery(query)).search, ANY_DAY)
}

/** What a package asks of the receipts in its scope. */
export function wantedOf(one: Pick<Package, 'scope' | 'query'> & PackageContent) {
  const { pdf, merged } = filesOf(one)
  return { scope: one.scope, filter: filterOfQuery(one.query), pdf: pdf || merged, pages: merged }
}

/** The seals of the months that a package has whole: of others its files would prove nothing. */
export async function sealsOf(
  db: Db,
  { scope, query }: Pick<Package, 'scope' | 'query'>,
  naming: Naming,
  taxpayers: readonly string[],
): Promise<(MonthSeal & { taxpayer: string })[]> {
  const filter = filterOfQuery(query)
  if (!asksForDays(filter) || filter.kinds.length + filter.statuses.length > 0) return []
  const whole = sharesOf(scope).filter(isWhole)
  const named = new Map(whole.map(({ partyId }) => [partyId, naming.taxpayerOf(partyId)]))
  const parties = [...named.keys()].filter((one) => taxpayers.includes(named.get(one) ?? ''))
  if (parties.length === 0) return []
  const seals = await latestSeals(db, parties, wholeMonths(filter))
  return seals
    .map((seal) => ({ ...seal, taxpayer: named.get(seal.partyId) ?? '' }))
    .toSorted((a, b) => (`${a.taxpayer} ${a.month}` < `${b.taxpayer} ${b.month}` ? -1 : 1))
}

/** The first and last month that lie whole within some days. */
function wholeMonths({ from, to }: Pick<ReceiptFilter, 'from' | 'to'>) {
  const first = from && (from.endsWith('-01') ? from : firstOfMonth(from, 1))
  const last = to && (addDays(to, 1).endsWith('-01') ? to : addDays(firstOfMonth(to), -1))
  return { from: first?.slice(0, 7) ?? null, to: last?.slice(0, 7) ?? null }
}
