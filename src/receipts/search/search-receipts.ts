import type { Db } from '../../db/open.ts'
import type { Day } from '../../values/day.ts'
import { cents } from '../../values/money.ts'
import { signedValue } from '../receipt.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { hasReceipts, type Totals, totalsOf } from './owned-store.ts'
import { type ReceiptPage, receiptsOf } from './page-store.ts'
import type { Period, Search } from './search.ts'
import { asksForNothing, everything } from './search.ts'
import type { Cursor } from './search-cursor.ts'
import { DEFAULT_PERIOD, filterOf, noFilter } from './search-filter.ts'

const PAGE_SIZE = 50

/** Another search that does find something, offered where this one found nothing. */
interface Suggestion {
  readonly search: Search
  readonly count: number
  /** Whether it is the same search over other days; otherwise filters were dropped. */
  readonly sameFilters: boolean
}

/** Where somebody who asked for no period is led, the nearest first. */
const LANDINGS = ['este-ano', 'ano-anterior', 'rango'] as const
type Widened = (typeof LANDINGS)[number]

export interface FoundReceipts {
  /** As it was run: the period is never null. */
  readonly search: Search & { readonly period: Period }
  readonly page: ReceiptPage
  readonly totals: Totals
  /** Nobody chose a period and the usual one held nothing: this one is shown instead. */
  readonly widened: Widened | null
  /** This party has no receipt at all. */
  readonly never: boolean
  readonly suggestion: Suggestion | null
}

/**
 * A page of somebody's receipts, with what all of the search adds up to. When nobody chose a
 * period and the last three months are empty, this year is looked at instead; and when nobody
 * asked for anything at all, then the year before and at last every day.
 */
export async function searchReceipts(
  db: Db,
  scope: ReceiptScope,
  asked: { search: Search; cursor: Cursor | null },
  today: Day,
): Promise<FoundReceipts> {
  const { search, cursor } = asked
  const chosen = { ...search, period: search.period ?? DEFAULT_PERIOD }
  const found = await run(db, scope, chosen, cursor, today)
  const nothing = { widened: null, never: false, suggestion: null }
  if (found.totals.count > 0) return { ...found, ...nothing }
  if (!(await hasReceipts(db, scope, noFilter))) return { ...found, ...nothing, never: true }
  for (const period of landingsOf(search)) {
    const wider = await run(db, scope, { ...search, period }, cursor, today)
    if (wider.totals.count > 0) return { ...wider, ...nothing, widened: period }
  }
  return { ...found, ...nothing, suggestion: await suggest(db, scope, chosen, today) }
}

/** A search for something stays near: beyond this year its page offers what else there is. */
function landingsOf(search: Search): readonly Widened[] {
  if (search.period !== null || search.accessKey !== null) return []
  return asksForNothing(search) ? LANDINGS : LANDINGS.slice(0, 1)
}

type Ran = Pick<FoundReceipts, 'search' | 'page' | 'totals'>

async function run(
  db: Db,
  scope: ReceiptScope,
  search: Search & { readonly period: Period },
  cursor: Cursor | null,
  today: Day,
): Promise<Ran> {
  const filter = filterOf(search, today)
  const page = await receiptsOf(db, scope, filter, {
    order: search.order,
    cursor,
    size: PAGE_SIZE,
  })
  // A place past the end: rows went since the link was made, or somebody changed it.
  if (cursor !== null && page.receipts.length === 0) return run(db, scope, search, null, today)
  const whole = page.previous === null && page.next === null
  return { search, page, totals: whole ? addUp(page) : await totalsOf(db, scope, filter) }
}

/** What is all on one page needs no second question. */
function addUp({ receipts }: ReceiptPage): Totals {
  const sum = receipts.reduce((total, receipt) => total + (signedValue(receipt) ?? 0), 0)
  return { count: receipts.length, cents: cents(sum), exact: true }
}

const WIDER_PERIODS: readonly Period[] = ['3-meses', 'este-ano', 'ano-anterior', 'rango']

/** The nearest search that finds something: first other days, then fewer filters, then anything. */
async function suggest(
  db: Db,
  scope: ReceiptScope,
  search: Search & { readonly period: Period },
  today: Day,
): Promise<Suggestion | null> {
  const { clients, order } = search
  const days = { from: null, to: null }
  const sameFilters = WIDER_PERIODS.filter(
    (period) => period !== search.period || search.from || search.to,
  ).map((period) => ({ ...search, period, ...days }))
  const fewer: Search[] = [
    { ...everything, clients, period: search.period, from: search.from, to: search.to, order },
    { ...everything, clients, order },
    { ...everything, clients, period: 'rango', order },
  ]
  const candidates = search.accessKey === null ? [...sameFilters, ...fewer] : fewer.slice(1)
  for (const candidate of candidates) {
    const { count } = await totalsOf(db, scope, filterOf(candidate, today))
    if (count > 0) {
      return { search: candidate, count, sameFilters: sameFilters.includes(candidate as never) }
    }
  }
  return null
}
