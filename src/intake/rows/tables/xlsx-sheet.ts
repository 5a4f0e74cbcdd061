import { printSriDate } from '../../../values/day.ts'
import { dayOfSerial } from '../cells/read-date.ts'
import { complain } from '../fault.ts'
import { TableRefused } from './refusal.ts'
import { CELLS_MAX, type RawRow, type RawRows, ROW_CHARACTERS_MAX } from './table.ts'
import { XlsxPackage } from './xlsx-package.ts'
import { type Book, readBook, unescapeText } from './xlsx-parts.ts'
import { type PartVisitor, walkPart } from './xml-stream.ts'

/** The rows of the first sheet of a workbook that can be seen. */
export async function* readXlsx(path: string): RawRows {
  const parts = await XlsxPackage.open(path)
  try {
    const book = await readBook(parts)
    const reader = new SheetReader(book)
    const stream = await parts.stream(book.sheet)
    for await (const _ of walkPart(stream, reader)) yield reader.take()
  } finally {
    parts.close()
  }
}

/** Formulas are never computed: a cell holds what it showed when the file was saved. */
class SheetReader implements PartVisitor {
  readonly #book: Book
  #rows: RawRow[] = []
  #row = 0
  #cells: string[] = []
  #trouble: RawRow['trouble']
  #column = 0
  #type = ''
  #style = 0
  #formula = false
  #value: string | null = null
  #collecting = false

  constructor(book: Book) {
    this.#book = book
  }

  /** The rows that are complete since it was asked last. */
  take(): RawRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      const told = Number(attributes['r'])
      const honest = Number.isInteger(told) && told > this.#row && told <= ROWS_MAX
      this.#row = honest ? told : this.#row + 1
      this.#cells = []
      this.#trouble = undefined
      this.#column = -1
    } else if (name === 'c') this.#openCell(attributes)
    else if (name === 'f') this.#formula = true
    else if (name === 'v' || name === 't') {
      this.#collecting = true
      this.#value ??= ''
    }
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#collecting = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#closeRow()
  }

  text(text: string): void {
    if (!this.#collecting) return
    this.#value += text
    if ((this.#value?.length ?? 0) > ROW_CHARACTERS_MAX) {
      throw new TableRefused('row-too-large', { row: this.#row })
    }
  }

  #openCell(attributes: Readonly<Record<string, string>>): void {
    const place = columnOf(attributes['r'] ?? '')
    // What lies far to the right is no column of ours; that something does has to show.
    this.#column = Math.min(place === -1 ? this.#column + 1 : place, CELLS_MAX - 1)
    this.#type = attributes['t'] ?? 'n'
    this.#style = Number(attributes['s'] ?? 0)
    this.#formula = false
    this.#value = null
  }

  #closeCell(): void {
    if (this.#formula && (this.#value ?? '') === '') {
      this.#trouble = { cell: this.#column, complaint: complain('formula-without-value') }
    }
    if (this.#value === null) return
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells[this.#column] = this.#textOf(this.#value)
  }

  #closeRow(): void {
    if (!this.#trouble && !this.#cells.some((cell) => cell.trim() !== '')) return
    const row = { row: this.#row, cells: this.#cells }
    this.#rows.push(this.#trouble ? { ...row, trouble: this.#trouble } : row)
  }

  #textOf(value: string): string {
    switch (this.#type) {
      case 's':
        return this.#book.strings[Number(value)] ?? ''
      case 'b':
        return value === '1' ? 'VERDADERO' : 'FALSO'
      case 'n':
        return this.#numberOf(value)
      case 'd':
        return value
      default:
        return unescapeText(value)
    }
  }

  #numberOf(printed: string): string {
    const value = Number(printed)
    if (printed.trim() === '' || !Number.isFinite(value)) return printed
    const kind = this.#book.styles[this.#style]
    if (kind !== 'date') return printNumber(kind === 'percent' ? value * 100 : value)
    const day = dayOfSerial(this.#book.from1904 ? value + DAYS_TO_1904 : value)
    return day === null ? printNumber(value) : printSriDate(day)
  }
}

/** No sheet has more. */
const ROWS_MAX = 1_048_576
const DAYS_TO_1904 = 1_462
const SHOWN_FIGURES = 15

/**
 * A number with the fifteen figures that spreadsheets show. In a text three decimals may be taken
 * for thousands; here they cannot be, and one more says so.
 */
function printNumber(value: number): string {
  const printed = String(Number(value.toPrecision(SHOWN_FIGURES)))
  return /^[1-9]\d{0,2}\.\d{3}$/.test(printed) ? `${printed}0` : printed
}

/** `C7` stands in column 2; −1 when no column is named. */
function columnOf(reference: string): number {
  let column = 0
  for (const sign of reference) {
    const letter = sign.charCodeAt(0) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}
