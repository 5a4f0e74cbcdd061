import type { Readable } from 'node:stream'
import { taxLabels } from '../../sri/catalogues/catalogues.ts'
import { digits, money, number, percentage } from '../exports/cell.ts'
import { type Column, words } from '../exports/table.ts'
import type { FactsBatches } from '../facts/receipt-facts.ts'
import { bookOfSums } from './sums-book.ts'
import { summarizeWithheld, type WithheldSum } from './withholding-summary.ts'

const columns: readonly Column<WithheldSum>[] = [
  { title: 'RUC o cédula del cliente', width: 16, of: ({ client }) => digits(client) },
  words('Cliente', 32, ({ clientName }) => clientName),
  words('Mes de emisión', 12, ({ month }) => month),
  words('Impuesto', 10, ({ tax }) => taxLabels[tax]),
  { title: 'Código', width: 9, of: ({ code }) => digits(code) },
  words('Concepto', 48, ({ concept }) => concept),
  { title: 'Porcentaje', width: 11, of: ({ rateBp }) => percentage(rateBp) },
  { title: 'Comprobantes', width: 13, of: ({ receipts }) => number(String(receipts)) },
  { title: 'Base imponible', width: 15, of: ({ base }) => money(base) },
  { title: 'Valor retenido', width: 15, of: ({ amount }) => money(amount) },
]

/** The sums of withholdings as a workbook, and what they leave out. */
export function withheldBook(batches: FactsBatches): Readable {
  return bookOfSums('Retenciones', columns, async () => {
    const { sums, leftOut } = await summarizeWithheld(batches)
    return { rows: sums, leftOut }
  })
}
