import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { rangeOf } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { searchWords } from '../search-text.ts'
import type { Period, Search } from './search.ts'

/** A search as the store takes it: the period has become days, the text words. */
export interface ReceiptFilter {
  readonly accessKey: string | null
  readonly words: readonly string[]
  readonly from: Day | null
  readonly to: Day | null
  readonly kinds: readonly DocumentKind[]
  readonly number: string
  readonly min: Cents | null
  readonly max: Cents | null
  readonly statuses: readonly ReceiptStatus[]
}

export const DEFAULT_PERIOD: Period = '3-meses'

/** First and last day meant by a search, both included; null is an open end. */
export function daysOf(search: Search, today: Day): { from: Day | null; to: Day | null } {
  if (search.accessKey !== null) return { from: null, to: null }
  const period = search.period ?? DEFAULT_PERIOD
  if (period === 'rango') return { from: search.from, to: search.to }
  return rangeOf(period, today)
}

/** What the search asks of each receipt, on that day. */
export function filterOf(search: Search, today: Day): ReceiptFilter {
  if (search.accessKey !== null) return { ...noFilter, accessKey: search.accessKey }
  return {
    accessKey: null,
    words: searchWords(search.text),
    ...daysOf(search, today),
    kinds: search.kinds,
    number: search.number.replaceAll(/\s/g, ''),
    min: search.min,
    max: search.max,
    statuses: search.statuses,
  }
}

/** Whether it asks for nothing but days, kinds and states, by which receipts are added up already. */
export function asksForDays({ accessKey, words, number, min, max }: ReceiptFilter): boolean {
  return accessKey === null && words.length === 0 && number === '' && min === null && max === null
}

/** Every receipt. */
export const noFilter: ReceiptFilter = {
  accessKey: null,
  words: [],
  from: null,
  to: null,
  kinds: [],
  number: '',
  min: null,
  max: null,
  statuses: [],
}
