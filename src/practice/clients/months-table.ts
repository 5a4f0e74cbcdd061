import { listName } from '../../receipts/receipt.ts'
import { everything } from '../../receipts/search/search.ts'
import { searchAddress } from '../../receipts/search/search-url.ts'
import type { ReceiptSum } from '../../receipts/search/sums-store.ts'
import { documentKinds, kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { addDays, type Day, firstOfMonth } from '../../values/day.ts'
import { monthName } from '../packages/page/package-words.ts'
import { addUp } from './totals.ts'

interface Cell {
  readonly count: string
  readonly value: string
}

/** A client's months, the newest first, with what they have of each kind. */
export interface MonthsTable {
  readonly kinds: readonly string[]
  readonly rows: readonly {
    readonly name: string
    readonly href: string
    /** A cell for each of the kinds; null where there is nothing. */
    readonly cells: readonly (Cell | null)[]
    readonly total: Cell
    /** The cells in one line, where there is no room for them: «3 facturas, 1 retención». */
    readonly words: string
  }[]
}

/** Puts sums into months; those without any are there too. */
export function monthsTable(
  sums: readonly ReceiptSum[],
  { today, months, number }: { today: Day; months: number; number: string },
): MonthsTable {
  const kinds = documentKinds.filter(({ kind }) => sums.some((sum) => sum.kind === kind))
  const byMonth = Map.groupBy(sums, ({ month }) => month)
  const firsts = Array.from({ length: months }, (_, away) => firstOfMonth(today, -away))
  return {
    kinds: kinds.map(({ kind }) => listName(kind)),
    rows: firsts.map((from) => {
      const month = from.slice(0, 7)
      const some = byMonth.get(month) ?? []
      const ofKind = kinds.map(({ kind }) => some.find((sum) => sum.kind === kind))
      const to = addDays(firstOfMonth(from, 1), -1)
      return {
        name: monthName(month),
        href: searchAddress({ ...everything, period: 'rango', from, to, clients: [number] }),
        cells: ofKind.map((sum) => (sum ? addUp([sum]) : null)),
        total: addUp(some),
        words: ofKind.flatMap((sum) => (sum ? wordsOf(sum) : [])).join(', '),
      }
    }),
  }
}

function wordsOf({ kind, count }: ReceiptSum): string {
  const { name, plural } = kindFacts(kind)
  return `${formatCount(count)} ${(count === 1 ? name : plural).toLowerCase()}`
}
