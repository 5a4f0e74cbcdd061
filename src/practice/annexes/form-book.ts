import type { Readable } from 'node:stream'
import { digits, money } from '../exports/cell.ts'
import { type Column, words } from '../exports/table.ts'
import type { FactsBatches } from '../facts/receipt-facts.ts'
import { addUpForms, type FormTotal } from './form-totals.ts'
import { bookOfSums } from './sums-book.ts'

const columns: readonly Column<FormTotal>[] = [
  { title: 'RUC o cédula del cliente', width: 16, of: ({ client }) => digits(client) },
  words('Mes de emisión', 12, ({ month }) => month),
  words('Formulario', 11, ({ form }) => form),
  words('Casilla', 9, ({ box }) => box ?? ''),
  words('Concepto', 40, ({ concept }) => concept),
  { title: 'Base', width: 15, of: ({ base }) => money(base) },
  { title: 'Valor', width: 15, of: ({ amount }) => money(amount) },
  words('Confirmada', 12, ({ isConfirmed }) => (isConfirmed ? 'Sí' : 'No confirmada')),
  words('Nota', 60, ({ note }) => note),
]

/** The totals for the forms as a workbook, and what they leave out. */
export function formBook(batches: FactsBatches): Readable {
  return bookOfSums('Formularios', columns, async () => {
    const { totals, leftOut } = await addUpForms(batches)
    return { rows: totals, leftOut }
  })
}
