import type { Readable } from 'node:stream'
import { csvHead, csvLine } from '../../../receipts/files/receipt-csv.ts'
import { signedValue, statusFacts } from '../../../receipts/receipt.ts'
import type { Clients } from '../../../receipts/scope/clients.ts'
import { kindFacts } from '../../../sri/kinds.ts'
import { printAmount } from '../../../values/money.ts'
import { writeXlsx } from '../../../values/tables/xlsx.ts'
import type { PackedRow } from './packed-row.ts'

const COLUMNS = [
  ['Contribuyente', 15],
  ['Fecha', 11],
  ['Tipo', 26],
  ['Número', 18],
  ['RUC del emisor', 15],
  ['Emisor', 34],
  ['Concepto', 40],
  ['Estado SRI', 13],
  ['Valor', 12],
  ['Clave de acceso', 52],
  ['Archivo', 60],
] as const

/** `indice.csv`: one line a receipt. */
export async function* csvIndexOf(
  rows: AsyncIterable<PackedRow>,
  clients: Clients,
): AsyncGenerator<string> {
  yield csvHead(clients)
  for await (const { receipt } of rows) yield csvLine(receipt, clients)
}

/** `indice.xlsx`: the same, with the file that each receipt is in, or its page of the one PDF. */
export function xlsxIndexOf(rows: AsyncIterable<PackedRow>, merged: string): Readable {
  const widths = COLUMNS.map(([, width]) => width)
  return writeXlsx([{ name: 'Comprobantes', rows: sheetOf(rows, merged), widths }])
}

async function* sheetOf(
  rows: AsyncIterable<PackedRow>,
  merged: string,
): AsyncGenerator<readonly string[]> {
  yield COLUMNS.map(([name]) => name)
  for await (const { taxpayer, receipt, files, page } of rows) {
    const value = signedValue(receipt)
    yield [
      taxpayer,
      receipt.issuedOn,
      kindFacts(receipt.kind).name,
      receipt.number,
      receipt.issuerRuc,
      receipt.issuerName,
      receipt.concept,
      statusFacts(receipt.status).name,
      value === null ? '' : printAmount(value).replace('.', ','),
      receipt.accessKey,
      files[0]?.name ?? (page === undefined ? '' : `${merged}, página ${page}`),
    ]
  }
}
