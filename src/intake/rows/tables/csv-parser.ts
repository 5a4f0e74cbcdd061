import { complain } from '../fault.ts'
import { TableRefused } from './refusal.ts'
import { CELLS_MAX, type RawRow, ROW_CHARACTERS_MAX } from './table.ts'

const QUOTE = '"'
const RETURN = 13

interface ParsedRow {
  readonly cells: string[]
  /** Just after its line break. */
  readonly next: number
  readonly stray: boolean
}

/**
 * Takes CSV apart piece by piece (RFC 4180; a quote inside an unquoted cell is a letter). Rows
 * without quotes, nearly all, cost one search and one split.
 */
export class CsvParser {
  readonly #delimiter: string
  /** LF, also where CR comes before it; CR alone in files of old Macs. */
  readonly #newline: string
  #rest = ''
  #row = 0

  constructor(delimiter: string, newline: string) {
    this.#delimiter = delimiter
    this.#newline = newline
  }

  /** @returns the rows that are complete with this piece, empty ones left out. */
  push(piece: string): RawRow[] {
    return this.#take(this.#rest === '' ? piece : this.#rest + piece, false)
  }

  /** @returns the last row, if the file ends without a line break. */
  end(): RawRow[] {
    return this.#rest === '' ? [] : this.#take(this.#rest, true)
  }

  #take(source: string, last: boolean): RawRow[] {
    const rows: RawRow[] = []
    let at = 0
    let quote = source.indexOf(QUOTE)
    while (at < source.length) {
      if (quote !== -1 && quote < at) quote = source.indexOf(QUOTE, at)
      const end = source.indexOf(this.#newline, at)
      const quoted = quote !== -1 && (end === -1 || quote < end)
      if (!quoted && end === -1 && !last) break
      const parsed = quoted
        ? this.#quotedRow(source, at, last)
        : this.#plainRow(source, at, end === -1 ? source.length : end)
      if (parsed === null) break
      at = parsed.next
      this.#row += 1
      if (parsed.cells.some((cell) => cell.trim() !== '')) rows.push(rowOf(this.#row, parsed))
    }
    this.#keep(source.slice(at), last)
    return rows
  }

  #keep(rest: string, last: boolean): void {
    this.#rest = last ? '' : rest
    const lost = last ? rest !== '' : rest.length > ROW_CHARACTERS_MAX
    if (!lost) return
    const code = rest.includes(QUOTE) ? 'unclosed-quote' : 'row-too-large'
    throw new TableRefused(code, { row: this.#row + 1 })
  }

  #plainRow(source: string, start: number, end: number): ParsedRow {
    const line = source.slice(
      start,
      source.charCodeAt(end - 1) === RETURN && end > start ? end - 1 : end,
    )
    return { cells: line.split(this.#delimiter, CELLS_MAX), next: end + 1, stray: false }
  }

  /** Null while its end is not there yet. */
  #quotedRow(source: string, start: number, last: boolean): ParsedRow | null {
    const cells: string[] = []
    let stray = false
    let at = start
    for (;;) {
      let cell = ''
      if (source.startsWith(QUOTE, at)) {
        const closed = closingQuote(source, at + 1, last)
        if (closed === -1) return null
        cell = source.slice(at + 1, closed).replaceAll('""', QUOTE)
        at = closed + 1
      }
      const end = this.#cellEnd(source, at, last)
      if (end === -1) return null
      const cut =
        source[end] !== this.#delimiter && source.charCodeAt(end - 1) === RETURN && end > at
      const more = source.slice(at, cut ? end - 1 : end)
      if (at > start && source[at - 1] === QUOTE && more.trim() !== '') stray = true
      if (cells.length < CELLS_MAX) cells.push(cell + more)
      at = end + 1
      if (source[end] !== this.#delimiter) return { cells, next: at, stray }
    }
  }

  /** Where the cell's delimiter or line break stands; the end of a file is one, too. */
  #cellEnd(source: string, start: number, last: boolean): number {
    for (let at = start; at < source.length; at += 1) {
      const sign = source[at]
      if (sign === this.#delimiter || sign === this.#newline) return at
    }
    return last ? source.length : -1
  }
}

/** The quote that ends a cell; two together are one that belongs to it. */
function closingQuote(source: string, start: number, last: boolean): number {
  let at = source.indexOf(QUOTE, start)
  while (at !== -1 && source[at + 1] === QUOTE) at = source.indexOf(QUOTE, at + 2)
  // At the very end the next piece may bring its double.
  return at === source.length - 1 && !last ? -1 : at
}

function rowOf(row: number, { cells, stray }: ParsedRow): RawRow {
  return stray
    ? { row, cells, trouble: { cell: null, complaint: complain('stray-quote') } }
    : { row, cells }
}
