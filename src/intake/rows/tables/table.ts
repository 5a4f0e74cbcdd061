import type { Complaint } from '../fault.ts'

/** A row as a file has it, whatever its columns mean. */
export interface RawRow {
  /** As the spreadsheet counts, from 1, empty rows too. */
  readonly row: number
  readonly cells: string[]
  /** What is wrong with how it is written, and with which of its cells. */
  readonly trouble?: { readonly cell: number | null; readonly complaint: Complaint }
}

/** Rows in the order of the file, as many at a time as were read at once. */
export type RawRows = AsyncGenerator<RawRow[], void, undefined>

/** More cells in a row than any template has columns: what is beyond is dropped. */
export const CELLS_MAX = 200

/** No honest row is longer, in characters; a quote that nobody closes would make it the file. */
export const ROW_CHARACTERS_MAX = 262_144

/**
 * Takes off what exports put around a cell to keep spreadsheets from computing it or from dropping
 * its zeros: `'=1+1` and `="0912"`.
 */
export function plainCell(cell: string): string {
  const first = cell.charCodeAt(0)
  if (first === APOSTROPHE) return GUARDED.test(cell) ? cell.slice(1) : cell
  return first === EQUALS ? (CONSTANT.exec(cell)?.[1] ?? cell) : cell
}

const [APOSTROPHE, EQUALS] = [39, 61]
const GUARDED = /^'+\s*[=+\-@|\t\r]/
const CONSTANT = /^="(\d+)"$/
