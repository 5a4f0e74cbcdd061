import { type Cents, printAmount } from '../../values/money.ts'
import { csvLineOf, digitsCell } from '../../values/tables/csv.ts'
import type { XlsxCell } from '../../values/tables/xlsx.ts'

/** A cell, whatever it will be written as. */
export type Cell =
  | { readonly is: 'text'; readonly text: string }
  /** Digits that are a name: keys, RUCs, numbers. */
  | { readonly is: 'digits'; readonly text: string }
  /** A number to count with, with a decimal point. */
  | { readonly is: 'number'; readonly text: string }

const EMPTY: Cell = { is: 'text', text: '' }

export function text(value: string): Cell {
  return { is: 'text', text: value }
}

export function digits(value: string): Cell {
  return { is: 'digits', text: value }
}

/** Empty when there is no amount. */
export function money(amount: Cents | null): Cell {
  return amount === null ? EMPTY : { is: 'number', text: printAmount(amount) }
}

/** A number as a document prints it, `000000004.50` too; text when it is none. */
export function number(printed: string): Cell {
  const match = /^\s*([+-]?)0*(\d+)?(?:\.(\d*))?\s*$/.exec(printed)
  if (match === null || !/\d/.test(printed)) return text(printed)
  const [, sign, whole = '0', fraction = ''] = match
  const point = fraction === '' ? '' : `.${fraction}`
  return { is: 'number', text: `${sign === '-' ? '-' : ''}${whole}${point}` }
}

/** Basis points as a percentage: 1500 is `15`, 175 is `1.75`. */
export function percentage(basisPoints: number | null): Cell {
  if (basisPoints === null) return EMPTY
  return { is: 'number', text: String(basisPoints / 100) }
}

/** For a workbook: texts stay texts, numbers can be added up. */
export function xlsxCell(cell: Cell): XlsxCell {
  return cell.is === 'number' ? { number: cell.text } : cell.text
}

/** For spreadsheets in Ecuador: semicolons, decimal comma, nothing that could be computed. */
export function csvLineOfCells(cells: readonly Cell[]): string {
  return csvLineOf(
    cells.map((cell) => {
      if (cell.text === '') return ''
      if (cell.is === 'number') return cell.text.replace('.', ',')
      // A code or a name of digits alone would lose its zeros, too.
      return digitsCell(cell.text)
    }),
  )
}
