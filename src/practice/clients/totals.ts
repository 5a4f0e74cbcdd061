import { listName } from '../../receipts/receipt.ts'
import type { Clients } from '../../receipts/scope/clients.ts'
import { COUNT_MAX } from '../../receipts/search/owned-store.ts'
import { countPhrase } from '../../receipts/search/search-words.ts'
import type { ReceiptSum } from '../../receipts/search/sums-store.ts'
import { type DocumentKind, documentKinds } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { type Cents, formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'

/** A table of sums: a line for each client, kind or month, and all of them together. */
export interface TotalsTable {
  readonly title: string
  readonly head: string
  readonly rows: readonly TotalsRow[]
}

interface TotalsRow {
  readonly label: string
  readonly note: string
  readonly count: string
  readonly value: string
}

/** The same sums added up by client, by kind and by month. */
export function describeTotals(sums: readonly ReceiptSum[], clients: Clients): TotalsTable[] {
  const nameOf = (id: number) => readableName(clients.get(id)?.name ?? '')
  const order = documentKinds.map(({ kind }) => kind)
  return [
    table(
      'Por empresa',
      'Empresa',
      sums,
      ({ partyId }) => partyId,
      (id) => ({
        label: nameOf(id),
        note: clients.get(id)?.number ?? '',
        place: nameOf(id),
      }),
    ),
    table(
      'Por tipo',
      'Tipo',
      sums,
      ({ kind }) => kind,
      (kind: DocumentKind) => ({
        label: listName(kind),
        note: '',
        place: String(order.indexOf(kind)),
      }),
    ),
    table(
      'Por mes',
      'Mes',
      sums,
      ({ month }) => month,
      (month) => ({
        label: monthWords(month),
        note: '',
        place: month,
      }),
    ),
  ]
}

function table<Key>(
  title: string,
  head: string,
  sums: readonly ReceiptSum[],
  keyOf: (sum: ReceiptSum) => Key,
  words: (key: Key) => { label: string; note: string; place: string },
): TotalsTable {
  const rows = [...Map.groupBy(sums, keyOf)]
    .map(([key, some]) => ({ ...words(key), ...addUp(some) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
  return {
    title,
    head,
    rows: rows.map(({ label, note, count, value }) => ({ label, note, count, value })),
  }
}

/** Nothing but guías has no value, not the value of nothing. */
export function addUp(sums: readonly ReceiptSum[]): { count: string; value: string } {
  const cents = sums.reduce((all, sum) => all + sum.cents, 0) as Cents
  return {
    count: formatCount(countOf(sums)),
    value: sums.every(({ kind }) => kind === 'delivery-note') ? '' : formatMoney(cents),
  }
}

function countOf(sums: readonly ReceiptSum[]): number {
  return sums.reduce((all, sum) => all + sum.count, 0)
}

/** All of them together, as under each of the tables; without a value when they are too many. */
export function grandTotal(sums: readonly ReceiptSum[] | null) {
  if (sums === null) {
    const phrase = `Más de ${countPhrase(COUNT_MAX)}`
    return { count: '', value: '', receipts: COUNT_MAX + 1, phrase }
  }
  const receipts = countOf(sums)
  return { ...addUp(sums), receipts, phrase: countPhrase(receipts) }
}

const MONTHS =
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(
    ' ',
  )

function monthWords(month: string): string {
  const name = MONTHS[Number(month.slice(5)) - 1] ?? ''
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${month.slice(0, 4)}`
}
