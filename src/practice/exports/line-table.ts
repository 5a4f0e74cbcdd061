import { addUp, type Cents } from '../../values/money.ts'
import type { LineFacts, ReceiptFacts } from '../facts/receipt-facts.ts'
import { money, number, percentage } from './cell.ts'
import { aroundReceipt, signedOf } from './receipt-columns.ts'
import { type Table, words } from './table.ts'

interface LineRow {
  readonly receipt: ReceiptFacts
  readonly line: LineFacts
  readonly at: number
}

function tax(line: LineFacts, name: 'iva' | 'ice'): Cents | null {
  const lines = line.taxes.filter((one) => one.tax === name)
  return lines.length === 0 ? null : addUp(lines.map(({ amountCents }) => amountCents))
}

/** One row for each thing sold (`detalle`); withholdings have none. */
export const lineTable: Table<LineRow> = {
  name: 'Detalles',
  rowsOf: (receipt) =>
    (receipt.document?.lines ?? []).map((line, at) => ({ receipt, line, at: at + 1 })),
  columns: aroundReceipt<LineRow>([
    { title: 'Línea', width: 7, of: ({ at }) => number(String(at)) },
    words('Código', 18, ({ line }) => line.code),
    words('Descripción', 48, ({ line }) => line.description),
    { title: 'Cantidad', width: 12, of: ({ line }) => number(line.quantity) },
    { title: 'Precio unitario', width: 14, of: ({ line }) => number(line.unitPrice) },
    { title: 'Descuento', width: 12, of: ({ line }) => money(line.discount) },
    {
      title: 'Total sin impuestos',
      width: 16,
      of: ({ receipt, line }) => money(signedOf(receipt, line.net)),
    },
    {
      title: 'Tarifa IVA %',
      width: 10,
      of: ({ line }) => percentage(line.taxes.find((one) => one.tax === 'iva')?.rateBp ?? null),
    },
    {
      title: 'IVA',
      width: 12,
      of: ({ receipt, line }) => money(signedOf(receipt, tax(line, 'iva'))),
    },
    {
      title: 'ICE',
      width: 12,
      of: ({ receipt, line }) => money(signedOf(receipt, tax(line, 'ice'))),
    },
  ]),
}
