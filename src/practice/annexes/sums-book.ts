import type { Readable } from 'node:stream'
import { writeXlsx, type XlsxCell } from '../../values/tables/xlsx.ts'
import { xlsxCell } from '../exports/cell.ts'
import type { Column } from '../exports/table.ts'
import type { LeftOut } from './left-out.ts'

/** Sums as a workbook: a sheet of them, and one that says what they do not count. */
export function bookOfSums<Row>(
  name: string,
  columns: readonly Column<Row>[],
  sum: () => Promise<{ rows: readonly Row[]; leftOut: LeftOut }>,
): Readable {
  let leftOut: LeftOut | null = null
  async function* rows(): AsyncGenerator<readonly XlsxCell[]> {
    yield columns.map(({ title }) => title)
    const summed = await sum()
    leftOut = summed.leftOut
    for (const row of summed.rows) yield columns.map((column) => xlsxCell(column.of(row)))
  }
  // Written after the other sheet, when that is known.
  async function* remarks(): AsyncGenerator<readonly XlsxCell[]> {
    yield ['Lo que debes saber']
    yield ['Sale solo de los comprobantes que emitió este banco, por su fecha de emisión.']
    for (const sentence of leftOut?.sentences() ?? []) yield [sentence]
  }
  const widths = columns.map(({ width }) => width)
  return writeXlsx([
    { name, rows: rows(), widths },
    { name: 'Léeme', rows: remarks(), widths: [120] },
  ])
}
