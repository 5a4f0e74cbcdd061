import { digitsCell, textCell } from '../../values/tables/csv.ts'

/** What a spreadsheet would shorten: it drops leading zeros and keeps fifteen figures. */
const SHORTENED = /^0\d+$|^\d{12,}$/

/** A cell of a file that is mended in a spreadsheet and loaded again; `plainCell` undoes it. */
export function csvCell(text: string): string {
  return SHORTENED.test(text) ? digitsCell(text) : textCell(text)
}
