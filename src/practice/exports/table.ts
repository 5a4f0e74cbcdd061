import { csvHeadOf } from '../../values/tables/csv.ts'
import { writeXlsx, type XlsxCell } from '../../values/tables/xlsx.ts'
import type { ReceiptFacts } from '../facts/receipt-facts.ts'
import { type Cell, csvLineOfCells, text, xlsxCell } from './cell.ts'

/** A column: its name, its width in letters, and what it says of a row. */
export interface Column<Row> {
  readonly title: string
  readonly width: number
  readonly of: (row: Row) => Cell
}

/** A table: what of the things that come is a row of it, and its columns. */
export interface Table<Row, Item = ReceiptFacts> {
  /** Of the sheet, up to 31 letters. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rowsOf: (item: Item) => readonly Row[]
}

/** What a sheet holds, its head included. */
const SHEET_ROWS_MAX = 1_048_576
const CUT =
  'La hoja está llena y la tabla sigue. Pide el CSV o un período más corto para tenerla completa.'

type Batches<Item> = AsyncIterable<readonly Item[]>

/** The table as a workbook, written while its things are read. */
export function tableXlsx<Row, Item>(
  table: Table<Row, Item>,
  batches: Batches<Item>,
  rowsMax = SHEET_ROWS_MAX,
) {
  const widths = table.columns.map(({ width }) => width)
  return writeXlsx([{ name: table.name, rows: sheetRows(table, batches, rowsMax), widths }])
}

async function* sheetRows<Row, Item>(
  { columns, rowsOf }: Table<Row, Item>,
  batches: Batches<Item>,
  rowsMax: number,
): AsyncGenerator<readonly XlsxCell[]> {
  yield columns.map(({ title }) => title)
  let left = rowsMax - 1
  for await (const batch of batches) {
    for (const row of batch.flatMap(rowsOf)) {
      left -= 1
      // The last row says that there is more: a table is never short without saying so.
      if (left === 0) {
        yield [CUT]
        return
      }
      yield columns.map((column) => xlsxCell(column.of(row)))
    }
  }
}

/** The table as CSV, a stretch at a time. */
export async function* tableCsv<Row, Item>(
  { columns, rowsOf }: Table<Row, Item>,
  batches: Batches<Item>,
): AsyncGenerator<string> {
  yield csvHeadOf(columns.map(({ title }) => title))
  for await (const batch of batches) {
    const rows = batch.flatMap(rowsOf)
    yield rows.map((row) => csvLineOfCells(columns.map((column) => column.of(row)))).join('')
  }
}

/** A column of texts. */
export function words<Row>(title: string, width: number, of: (row: Row) => string): Column<Row> {
  return { title, width, of: (row) => text(of(row)) }
}
