import type { Db } from '../../../../db/open.ts'
import type { ItemOutcome } from '../../../../db/tables/intake.ts'
import { readableName } from '../../../../values/person-name.ts'
import type { Fault } from '../../../rows/fault.ts'
import { complain, shown } from '../../../rows/fault.ts'
import { templateOf } from '../../../rows/templates/templates.ts'
import type { Lot } from '../../lot.ts'
import { faultsOf } from '../../lot-item-store.ts'
import type { LotRows } from '../../rows/draft-store.ts'
import { faultyRows } from '../../rows/draft-store.ts'

/** Something wrong with a document of a lot, or with a row of one. */
export interface FaultOnScreen {
  /** The document's place, or the row as the spreadsheet counts it. */
  place: number
  /** The file of the row, when it is not the one with which the lot began. */
  file: string | undefined
  /** What its owner calls it: the file, or the customer. */
  name: string
  accessKey: string | null
  /** The column and what stands there; null of a whole document or row. */
  column: string | null
  value: string | null
  message: string
  /** Set where it is no plain error: it comes twice, or clashes with another. */
  mark: { text: string; tone: string } | null
  /** Where it can be corrected. */
  href: string | null
}

interface Faults {
  faults: FaultOnScreen[]
  /** The place of the last document; null when there are no more. */
  last: number | null
}

/** The faults of some bad documents of a lot, in their order. */
export async function faultsOnScreen(
  db: Db,
  lot: Lot,
  address: string,
  { after, limit }: { after: number; limit: number },
): Promise<Faults> {
  const page = { afterN: after, limit: limit + 1 }
  if (lot.documentKind === null) {
    const items = await faultsOf(db, lot.id, page)
    const faults = items.slice(0, limit).map(({ n, outcome, name, accessKey, message }) => {
      const nothing = { file: undefined, column: null, value: null, href: null }
      const mark = MARKS.get(outcome) ?? null
      return { place: n, name: name ?? '', accessKey, message: message ?? '', mark, ...nothing }
    })
    return { faults, last: items.length > limit ? (items[limit - 1]?.n ?? null) : null }
  }
  const receipts = await faultyRows(db, lot.id, page)
  return {
    faults: receipts.slice(0, limit).flatMap((receipt) => faultsOfRows(lot, receipt, address)),
    last: receipts.length > limit ? (receipts[limit - 1]?.n ?? null) : null,
  }
}

function faultsOfRows(lot: Lot, { n, outcome, rows, faults }: LotRows, address: string) {
  if (lot.documentKind === null) return []
  const { places, columns } = templateOf(lot.documentKind)
  const cells = rows[0]?.cells ?? []
  const name = readableName(cells[places.get('razon_social') ?? -1] ?? '')
  const href = `${address}/filas/${n}`
  const mark = MARKS.get(outcome) ?? null
  return saidOf({ outcome, rows, faults }).map(({ row, column, value, message }): FaultOnScreen => {
    const title = column === null ? null : columns[places.get(column) ?? -1]?.title
    const { file } = rows.find((one) => one.row === row) ?? {}
    const of = { place: row, file, name, accessKey: null, column: title ?? null }
    return { ...of, value, message, mark, href }
  })
}

const MARKS = new Map<ItemOutcome, { text: string; tone: string }>([
  ['repeated', { text: 'Repetido', tone: 'nota' }],
  ['clashing', { text: 'Misma clave', tone: 'mal' }],
])

/** What is said of the rows of a bad receipt. */
export function saidOf({
  outcome,
  rows,
  faults,
}: Pick<LotRows, 'outcome' | 'rows' | 'faults'>): readonly Fault[] {
  if (outcome !== 'repeated') return faults
  // Its reference was free when it was read, and another lot was faster.
  const [first] = rows
  const column = 'referencia'
  const value = shown(first?.cells[0] ?? '')
  return [{ row: first?.row ?? 0, column, value, ...complain('published-by-other') }]
}
