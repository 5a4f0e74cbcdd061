import { documentKinds } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import type { Day } from '../../values/day.ts'
import { periodPresets } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import { formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import type { ListedReceipt } from '../receipt.ts'
import { receiptStatuses, signedValue } from '../receipt.ts'
import type { Client, Clients } from '../scope/clients.ts'
import { describeEmpty, type EmptyList } from './empty-list.ts'
import { describeRow, type ListRow } from './list-row.ts'
import type { ReadSearch, SearchOrder, SearchQuery } from './search.ts'
import { searchOrders } from './search.ts'
import { writeCursor } from './search-cursor.ts'
import { daysOf } from './search-filter.ts'
import { searchSentence } from './search-messages.ts'
import type { FoundReceipts } from './search-receipts.ts'
import { searchAddress, searchQuery, withQuery } from './search-url.ts'
import type { Chip } from './search-words.ts'
import {
  chipsOf,
  countPhrase,
  daysPhrase,
  orderLabels,
  periodLabels,
  widenedSentence,
} from './search-words.ts'

/** Receipts that go into one ZIP; beyond it the page says so before anybody asks. */
export const PACKAGE_MAX = 2_000

interface Choice {
  readonly value: string
  readonly label: string
  readonly checked: boolean
}

/** What the form shows: what was typed, as it was typed. */
interface ListForm {
  readonly q: string
  readonly number: string
  readonly from: string
  readonly to: string
  readonly min: string
  readonly max: string
  /** The amounts as the screen writes them: in fields that nobody is typing in. */
  readonly written: { readonly min: string; readonly max: string }
  readonly periods: readonly Choice[]
  readonly kinds: readonly Choice[]
  readonly statuses: readonly Choice[]
  readonly problems: Readonly<Record<string, string>>
}

/** Everything that the list page prints, in its words. */
export interface ReceiptList {
  readonly form: ListForm
  readonly chips: readonly Chip[]
  /** Set for who reads for others. */
  readonly others: OthersList | null
  readonly rows: readonly ListRow[]
  readonly count: string
  readonly sum: string
  readonly days: string
  readonly caption: string
  /** Why other days are shown than usual; empty when they are not. */
  readonly widened: string
  readonly pageSum: string
  /** Canonical query of what is shown, for the files of the whole search. */
  readonly query: string
  readonly csvHref: string
  readonly saveHref: string
  /** Where all of it is prepared as one file, however many they are. */
  readonly prepareHref: string
  readonly orders: readonly Choice[]
  readonly byDay: SortLink
  readonly byValue: SortLink
  readonly pageText: string
  readonly previous: string | null
  readonly next: string | null
  /** How many «Descargar los …» takes; null when they are too many for one file. */
  readonly package: { readonly verb: string; readonly count: string } | null
  readonly packageLimit: string
  readonly empty: EmptyList | null
}

/** What a list of clients' receipts has besides. */
interface OthersList {
  /** The one client whose list it is; null when there are several. */
  readonly only: Client | null
  readonly clients: readonly Choice[]
  readonly totalsHref: string
}

interface SortLink {
  readonly href: string
  readonly sorted: 'ascending' | 'descending' | null
}

/** What the words of a page depend on besides. */
interface ListFacts {
  readonly today: Day
  readonly clients: Clients | null
  /** Of the page, those whose annulment waits for the recipient. */
  readonly annulling: ReadonlySet<number>
}

/** Puts a found page into words. `typed` is the query as it came, to show fields as they were left. */
export function describeList(
  found: FoundReceipts,
  read: ReadSearch,
  typed: SearchQuery,
  { today, clients, annulling }: ListFacts,
): ReceiptList {
  const { search, page, totals } = found
  const others = clients === null ? null : describeOthers(search, clients)
  const several = others !== null && others.only === null
  const query = searchQuery(search)
  const days = daysPhrase(daysOf(search, today))
  const more = totals.exact ? '' : 'Más de '
  const fits = totals.exact && totals.count <= PACKAGE_MAX
  return {
    form: describeForm(found, read, typed),
    chips: chipsOf(search, clients),
    others,
    rows: page.receipts.map((receipt) =>
      describeRow(receipt, several ? clients?.get(receipt.partyId) : undefined, annulling),
    ),
    count: `${more}${countPhrase(totals.count)}`,
    sum: totals.exact ? ` por ${formatMoney(totals.cents)}` : '',
    days: search.accessKey === null ? days : '',
    caption: search.accessKey === null ? `Comprobantes ${days}` : 'Comprobante de esa clave',
    widened: found.widened === null ? '' : widenedSentence(search, found.widened, clients === null),
    pageSum: formatMoney(sumOf(page.receipts)),
    query,
    csvHref: withQuery('/comprobantes.csv', query),
    saveHref: withQuery('/busquedas/nueva', query),
    prepareHref: withQuery('/descargas/nueva', query),
    orders: searchOrders.map((order) => choice(order, orderLabels[order], order === search.order)),
    byDay: sortLink(search, '-fecha', 'fecha'),
    byValue: sortLink(search, '-valor', 'valor'),
    pageText: pageText(found),
    previous: page.previous && searchAddress(search, writeCursor(page.previous)),
    next: page.next && searchAddress(search, writeCursor(page.next)),
    package: fits ? packageOf(totals.count) : null,
    packageLimit: formatCount(PACKAGE_MAX),
    empty: totals.count === 0 ? describeEmpty(found, clients) : null,
  }
}

function describeForm(found: FoundReceipts, { search, problems }: ReadSearch, typed: SearchQuery) {
  const { period } = found.search
  return {
    q: problems.q ? (typed.q ?? '') : search.text,
    number: search.number,
    from: problems.desde ? (typed.desde ?? '') : (search.from ?? ''),
    to: problems.hasta ? (typed.hasta ?? '') : (search.to ?? ''),
    min: typed.min?.trim() ?? '',
    max: typed.max?.trim() ?? '',
    written: {
      min: search.min === null ? (typed.min?.trim() ?? '') : writtenAmount(search.min),
      max: search.max === null ? (typed.max?.trim() ?? '') : writtenAmount(search.max),
    },
    periods: [...periodPresets, 'rango' as const].map((name) =>
      choice(name, periodLabels[name], name === period),
    ),
    kinds: documentKinds.map(({ kind, slug, name }) =>
      choice(slug, name, search.kinds.includes(kind)),
    ),
    statuses: receiptStatuses.map(({ status, slug, name }) =>
      choice(slug, name, search.statuses.includes(status)),
    ),
    problems: Object.fromEntries(
      Object.entries(problems).map(([field, problem]) => [field, searchSentence(problem)]),
    ),
  }
}

/** `1.234,50`: the sign of the currency stands beside the field. */
function writtenAmount(amount: Cents): string {
  return formatMoney(amount).replace('$', '')
}

function choice(value: string, label: string, checked: boolean): Choice {
  return { value, label, checked }
}

function describeOthers(search: FoundReceipts['search'], clients: Clients): OthersList {
  const wanted = new Set(search.clients)
  const asked = (client: Client) => client.numbers.some((number) => wanted.has(number))
  const byName = [...clients.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const chosen = byName.filter(asked)
  return {
    only: chosen.length === 1 ? (chosen[0] ?? null) : null,
    clients: byName.map((client) =>
      choice(client.number, readableName(client.name), asked(client)),
    ),
    totalsHref: withQuery('/comprobantes/totales', searchQuery(search)),
  }
}

function packageOf(count: number): ReceiptList['package'] {
  return { verb: count === 1 ? 'Descargar' : 'Descargar los', count: formatCount(count) }
}

function sumOf(receipts: readonly ListedReceipt[]): Cents {
  return receipts.reduce((sum, receipt) => sum + (signedValue(receipt) ?? 0), 0) as Cents
}

/** A click turns the order round, or begins with the greatest. */
function sortLink(
  search: FoundReceipts['search'],
  falling: SearchOrder,
  rising: SearchOrder,
): SortLink {
  const order = search.order === falling ? rising : falling
  const sorted =
    search.order === falling ? 'descending' : search.order === rising ? 'ascending' : null
  return { href: searchAddress({ ...search, order }), sorted }
}

function pageText({ page, totals }: FoundReceipts): string {
  const first = page.position + 1
  const last = page.position + page.receipts.length
  if (last > totals.count && totals.exact) return `${page.receipts.length} en esta página`
  const all = `${totals.exact ? '' : 'más de '}${formatCount(totals.count)}`
  return `Mostrando ${formatCount(first)} a ${formatCount(last)} de ${all}`
}
