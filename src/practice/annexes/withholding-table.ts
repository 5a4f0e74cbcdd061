import { taxLabels } from '../../sri/catalogues/catalogues.ts'
import { digits, money, number, percentage } from '../exports/cell.ts'
import { type Column, words } from '../exports/table.ts'
import type { WithheldSum } from './withholding-summary.ts'

/** The sums of withholdings, as a table. */
export const withholdingColumns: readonly Column<WithheldSum>[] = [
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
