import { textCell } from '../../values/tables/csv.ts'
import { type LeftOut, whyNotDeclared } from '../annexes/left-out.ts'
import { type Cell, text } from '../exports/cell.ts'
import type { FactsBatches, ReceiptFacts } from '../facts/receipt-facts.ts'

/**
 * How another program wants receipts: a table of names and functions, and how its cells are written.
 * A new program is a new value of this, and a test of it.
 */
export interface Ledger<Row> {
  /** In addresses and file names. */
  readonly slug: string
  readonly name: string
  readonly says: string
  readonly dialect: Dialect
  readonly columns: readonly (readonly [title: string, of: (row: Row) => Cell])[]
  /** The rows of a receipt that counts; none when it has no place there. */
  readonly rowsOf: (facts: ReceiptFacts) => readonly Row[]
}

interface Dialect {
  readonly delimiter: ',' | ';'
  readonly decimal: '.' | ','
  readonly newline: '\n' | '\r\n'
  /** UTF-8 with the mark by which spreadsheets know it, or without. */
  readonly mark: boolean
}

export const INTERNATIONAL: Dialect = { delimiter: ',', decimal: '.', newline: '\n', mark: false }
export const LOCAL: Dialect = { delimiter: ';', decimal: ',', newline: '\r\n', mark: true }

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Writes receipts as the program wants them. What does not count is named below the rows of no
 * program, so it comes back apart.
 */
export async function* writeLedger<Row>(
  ledger: Ledger<Row>,
  batches: FactsBatches,
  leftOut: LeftOut,
): AsyncGenerator<string> {
  const { columns, dialect, rowsOf } = ledger
  const head = lineOf(
    dialect,
    columns.map(([title]) => text(title)),
  )
  yield dialect.mark ? `${BYTE_ORDER_MARK}${head}` : head
  for await (const batch of batches) {
    const rows = batch.flatMap((facts) => {
      const reason = whyNotDeclared(facts)
      const made = reason === null ? rowsOf(facts) : []
      if (made.length === 0) leftOut.add(reason ?? 'sin lugar en este formato', facts)
      return made
    })
    yield rows
      .map((row) =>
        lineOf(
          dialect,
          columns.map(([, of]) => of(row)),
        ),
      )
      .join('')
  }
}

function lineOf({ delimiter, decimal, newline }: Dialect, cells: readonly Cell[]): string {
  const written = cells.map((cell) => {
    if (cell.text === '') return ''
    if (cell.is === 'number') return cell.text.replace('.', decimal)
    // A program takes digits as they are; a formula around them would be read as part of them.
    return textCell(cell.text)
  })
  return `${written.join(delimiter)}${newline}`
}
