import type { Static } from 'typebox'
import Type from 'typebox'
import { findAccessKeyIn, hasAccessKeyShape } from '../../sri/access-key.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { documentKinds, kindOfSlug } from '../../sri/kinds.ts'
import type { Day, PeriodPreset } from '../../values/day.ts'
import { parseDay, periodPresets } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import { readTypedAmount } from '../../values/money.ts'
import { canonicalTaxId } from '../../values/tax-id.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { receiptStatuses, statusOfSlug } from '../receipt.ts'
import type { SearchProblem } from './search-messages.ts'

const Text = Type.Optional(Type.String({ maxLength: 2000 }))
const Several = Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 40 }))

/** As many clients as one address names. */
export const CLIENTS_MAX = 300

/** The query of `GET /comprobantes` and of everything that takes the same search. */
export const SearchQuery = Type.Object({
  q: Text,
  periodo: Text,
  desde: Text,
  hasta: Text,
  tipo: Several,
  numero: Text,
  min: Text,
  max: Text,
  estado: Several,
  ruc: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: CLIENTS_MAX })),
  orden: Text,
  despues: Text,
})
export type SearchQuery = Static<typeof SearchQuery>

/** A preset keeps its name, so that «mes anterior» moves on; `rango` has dates, or none: all days. */
export type Period = PeriodPreset | 'rango'

export const searchOrders = ['-fecha', 'fecha', '-valor', 'valor'] as const
export type SearchOrder = (typeof searchOrders)[number]

/** What is looked for, proved. */
export interface Search {
  /** As typed, blanks settled; the 49 digits alone when it is an access key. */
  readonly text: string
  /** When set, exactly this receipt is meant and every other filter is beside the point. */
  readonly accessKey: string | null
  /** Null when nobody chose one: the last three months, or this year when they hold nothing. */
  readonly period: Period | null
  readonly from: Day | null
  readonly to: Day | null
  /** None means all. */
  readonly kinds: readonly DocumentKind[]
  readonly number: string
  readonly min: Cents | null
  readonly max: Cents | null
  /** None means all. */
  readonly statuses: readonly ReceiptStatus[]
  /** Numbers of clients, canonical, for who reads for several; none means all of them. */
  readonly clients: readonly string[]
  readonly order: SearchOrder
}

/** A field of the form and what is wrong with what it holds. */
type SearchProblems = Partial<Record<'q' | 'desde' | 'hasta' | 'min' | 'max', SearchProblem>>

export interface ReadSearch {
  /** Whatever could be read; a field with a problem is left out of it. */
  readonly search: Search
  readonly problems: SearchProblems
  readonly hasProblems: boolean
}

const TEXT_MAX = 200
const NUMBER_MAX = 20

/** The search that asks for nothing in particular. */
export const everything: Search = {
  text: '',
  accessKey: null,
  period: null,
  from: null,
  to: null,
  kinds: [],
  number: '',
  min: null,
  max: null,
  statuses: [],
  clients: [],
  order: '-fecha',
}

/** Whether no filter is on; a period and an order are none. */
export function asksForNothing(search: Search): boolean {
  const { text, number, min, max, kinds, statuses } = search
  const typed = text !== '' || number !== '' || min !== null || max !== null
  return !typed && kinds.length === 0 && statuses.length === 0
}

/** Reads what came in the URL. Never swaps or corrects: what cannot be meant is a problem. */
export function readSearch(query: SearchQuery): ReadSearch {
  const problems: SearchProblems = {}
  const text = readText(query.q ?? '', problems)
  const search: Search = {
    ...text,
    ...readPeriod(query, problems),
    ...readAmounts(query, problems),
    kinds: readKinds(query.tipo ?? []),
    number: settle(query.numero ?? '').slice(0, NUMBER_MAX),
    statuses: readStatuses(query.estado ?? []),
    clients: text.accessKey === null ? readClients(query.ruc ?? []) : [],
    order: searchOrders.find((order) => order === query.orden) ?? '-fecha',
  }
  return { search, problems, hasProblems: Object.keys(problems).length > 0 }
}

function readText(typed: string, problems: SearchProblems): Pick<Search, 'text' | 'accessKey'> {
  const text = settle(typed).slice(0, TEXT_MAX)
  const found = findAccessKeyIn(text)
  if (found.ok) return { text: found.key, accessKey: found.key }
  if (found.reason === 'spreadsheet') {
    problems.q = { reason: 'spreadsheet' }
    return { text: '', accessKey: null }
  }
  // Documents of the first years carry keys that do not check out; they are found all the same.
  const digits = text.replaceAll(/\D/g, '')
  if (hasAccessKeyShape(digits)) return { text: digits, accessKey: digits }
  return { text, accessKey: null }
}

function readPeriod(
  query: SearchQuery,
  problems: SearchProblems,
): Pick<Search, 'period' | 'from' | 'to'> {
  const preset = periodPresets.find((name) => name === query.periodo)
  if (preset) return { period: preset, from: null, to: null }
  const typedDates = Boolean(query.desde?.trim() || query.hasta?.trim())
  if (query.periodo !== 'rango' && !typedDates) return { period: null, from: null, to: null }
  const from = readDay('desde', query.desde, problems)
  const to = readDay('hasta', query.hasta, problems)
  if (from !== null && to !== null && to < from) {
    problems.hasta = { reason: 'range' }
    return { period: 'rango', from, to: null }
  }
  return { period: 'rango', from, to }
}

function readDay(
  field: 'desde' | 'hasta',
  typed: string | undefined,
  problems: SearchProblems,
): Day | null {
  if (!typed?.trim()) return null
  const day = parseDay(typed)
  if (day === null) problems[field] = { reason: 'day' }
  return day
}

function readAmounts(query: SearchQuery, problems: SearchProblems): Pick<Search, 'min' | 'max'> {
  const min = readAmount('min', query.min, problems)
  const max = readAmount('max', query.max, problems)
  if (min !== null && max !== null && min > max) {
    problems.min = { reason: 'amount-range' }
    return { min: null, max }
  }
  return { min, max }
}

function readAmount(
  field: 'min' | 'max',
  typed: string | undefined,
  problems: SearchProblems,
): Cents | null {
  if (!typed?.trim()) return null
  const read = readTypedAmount(typed)
  if (read.ok && read.cents >= 0) return read.cents
  problems[field] = read.ok
    ? { reason: 'amount' }
    : read.reason === 'ambiguous'
      ? { reason: 'ambiguous', asThousands: read.asThousands, asDecimal: read.asDecimal }
      : { reason: 'amount' }
  return null
}

/** All kinds ticked is no filter at all. */
function readKinds(slugs: readonly string[]): DocumentKind[] {
  const wanted = new Set(slugs.map((slug) => kindOfSlug(slug)?.kind))
  const kinds = documentKinds.filter(({ kind }) => wanted.has(kind)).map(({ kind }) => kind)
  return kinds.length === documentKinds.length ? [] : kinds
}

function readStatuses(slugs: readonly string[]): ReceiptStatus[] {
  const wanted = new Set(slugs.map(statusOfSlug))
  const some = receiptStatuses.filter(({ status }) => wanted.has(status))
  return some.length === receiptStatuses.length ? [] : some.map(({ status }) => status)
}

/** What cannot be a number leads nowhere, and is kept as it came so that it is seen to be asked. */
function readClients(typed: readonly string[]): string[] {
  const numbers = typed.map((text) => canonicalTaxId(text) ?? text.trim()).filter(Boolean)
  return [...new Set(numbers)].sort()
}

function settle(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
