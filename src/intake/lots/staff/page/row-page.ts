import type { SheetRow } from '../../../rows/drafts/line.ts'
import type { Fault } from '../../../rows/fault.ts'
import type { Template } from '../../../rows/templates/column.ts'
import { formOf } from '../../../rows/templates/column.ts'

/** A cell to be corrected. */
interface CellOnScreen {
  id: string
  label: string
  help: string
  value: string
  required: boolean
  problem: string | undefined
}

/** The rows of a receipt as a form: those that something is wrong with come first in each. */
export interface RowsOnScreen {
  row: number
  /** Set when it is not of the file with which the lot began. */
  file: string | undefined
  /** Of the whole row. */
  problems: string[]
  faulty: CellOnScreen[]
  others: CellOnScreen[]
}

/** The name of the field of a cell: which row of the receipt, and which column of the template. */
function fieldOf(rowAt: number, columnAt: number): string {
  return `c${rowAt}-${columnAt}`
}

export function rowsOnScreen(
  { columns }: Template,
  rows: readonly SheetRow[],
  faults: readonly Fault[],
): RowsOnScreen[] {
  return rows.map(({ row, cells, file }, rowAt) => {
    const own = faults.filter((fault) => fault.row === row)
    const all = columns.map(({ name, title, meaning, required, scope, rule }, at): CellOnScreen => {
      const said = own.filter(({ column }) => column === name).map(({ message }) => message)
      return {
        id: fieldOf(rowAt, at),
        label: title,
        help: `${meaning} ${formOf(rule)}.`,
        value: cells[at] ?? '',
        required: required && (rowAt === 0 || scope === 'line'),
        problem: said.length > 0 ? said.join(' ') : undefined,
      }
    })
    return {
      row,
      file,
      problems: own.filter(({ column }) => column === null).map(({ message }) => message),
      faulty: all.filter(({ problem }) => problem !== undefined),
      others: all.filter(({ problem }) => problem === undefined),
    }
  })
}

/** The rows as somebody typed them into the form; a field that is not there leaves its cell alone. */
export function typedRows(
  { columns }: Template,
  rows: readonly SheetRow[],
  typed: Readonly<Record<string, unknown>>,
): SheetRow[] {
  return rows.map(({ cells, ...place }, rowAt) => ({
    ...place,
    cells: columns.map((_, at) => {
      const value = typed[fieldOf(rowAt, at)]
      return typeof value === 'string' ? value : (cells[at] ?? '')
    }),
  }))
}
