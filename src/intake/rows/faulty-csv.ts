import type { DocumentKind } from '../../sri/kinds.ts'
import { csvHeadOf, csvLineOf } from '../../values/tables/csv.ts'
import { csvCell } from './csv-cell.ts'
import type { ReceiptInRows } from './read-rows.ts'
import { CURE_COLUMN } from './tables/header.ts'
import { templateOf } from './templates/templates.ts'

/** The first line of a file of bad rows: the template's own columns and what to mend. */
export function faultyCsvHead(kind: DocumentKind): string {
  return csvHeadOf([...templateOf(kind).places.keys(), CURE_COLUMN])
}

/**
 * All rows of a bad receipt as they were received, its good ones too, so that what is mended and
 * loaded again is whole. The last column says what to mend and is not read.
 */
export function faultyCsvLines(
  kind: DocumentKind,
  { rows, faults }: Pick<ReceiptInRows, 'rows' | 'faults'>,
): string {
  const { columns } = templateOf(kind)
  const lines = rows.map(({ row, cells }) => {
    const said = faults
      .filter((fault) => fault.row === row)
      .map(({ column, message }) => (column === null ? message : `${column}: ${message}`))
    return csvLineOf([...columns.map((_, at) => csvCell(cells[at] ?? '')), csvCell(said.join(' '))])
  })
  return lines.join('')
}
