import type { GrantUseWay } from '../../db/tables/practice/practice.ts'
import { formatCount } from '../../values/count.ts'
import { formatDay } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { GrantUse } from './use-store.ts'

/** A reader's day in the words of a page. */
export interface UsesOnScreen {
  readonly day: string
  readonly who: string
  readonly firm: string
  readonly deeds: readonly string[]
}

/** How each way is told, in the order in which a day tells them. */
const DEEDS: Readonly<Record<GrantUseWay, (receipts: number) => string>> = {
  list: () => 'Vio tu lista de comprobantes',
  sums: () => 'Vio cuánto suman tus comprobantes',
  batch: () => 'Vio comprobantes tuyos en una consulta por lote',
  api: () => 'Consultó tu lista de comprobantes',
  events: () => 'Preguntó qué pasó con tus comprobantes',
  webhook: () => 'Le enviamos avisos de lo que pasó con tus comprobantes',
  page: (n) => (n === 1 ? 'Abrió un comprobante' : `Abrió comprobantes ${formatCount(n)} veces`),
  pdf: (n) => (n === 1 ? 'Descargó un PDF' : `Descargó ${formatCount(n)} PDF`),
  xml: (n) => (n === 1 ? 'Descargó un XML' : `Descargó ${formatCount(n)} XML`),
  zip: (n) => `Descargó ${receipts(n)} en un ZIP`,
  csv: (n) => `Descargó ${receipts(n)} en una tabla`,
}
const ORDER = Object.keys(DEEDS)

function receipts(count: number): string {
  return count === 1 ? 'un comprobante' : `${formatCount(count)} comprobantes`
}

/** All that one reader did on a day is one row: what only shows a list hides nothing else. */
export function describeUses(uses: readonly GrantUse[]): UsesOnScreen[] {
  const days = Map.groupBy(uses, ({ day, reader }) => `${day} ${reader}`)
  return [...days.values()].flatMap((some) => {
    const [first] = some
    if (!first) return []
    const { day, person, program, firm } = first
    const inOrder = some.toSorted((a, b) => ORDER.indexOf(a.way) - ORDER.indexOf(b.way))
    return {
      day: formatDay(day),
      who: program === null ? readableName(person) : `Programa «${program}»`,
      firm,
      deeds: inOrder.map(({ way, receipts: count }) => DEEDS[way](count)),
    }
  })
}
