import { taxLabels } from '../../sri/catalogues/catalogues.ts'
import type { TaxLine } from '../../sri/taxes.ts'
import type { ReceiptFacts, RelatedDocument } from '../facts/receipt-facts.ts'
import { digits, money, percentage } from './cell.ts'
import { aroundReceipt, signedOf } from './receipt-columns.ts'
import { type Table, words } from './table.ts'

interface TaxRow {
  readonly receipt: ReceiptFacts
  readonly line: TaxLine
  readonly how: 'Cobrado' | 'Retenido'
  readonly support: RelatedDocument | null
}

/** One row for each tax that a receipt charges or withholds, as it totals them. */
export const taxTable: Table<TaxRow> = {
  name: 'Impuestos',
  rowsOf: (receipt) => {
    const { taxes = [], withheld = [] } = receipt.document ?? {}
    return [
      ...taxes.map((line): TaxRow => ({ receipt, line, how: 'Cobrado', support: null })),
      ...withheld.map(
        (line): TaxRow => ({ receipt, line, how: 'Retenido', support: line.support }),
      ),
    ]
  },
  columns: aroundReceipt<TaxRow>([
    words('Cobrado o retenido', 12, ({ how }) => how),
    words('Impuesto', 10, ({ line }) => taxLabels[line.tax]),
    { title: 'Código', width: 9, of: ({ line }) => digits(line.rateCode) },
    { title: 'Porcentaje', width: 11, of: ({ line }) => percentage(line.rateBp) },
    {
      title: 'Base imponible',
      width: 15,
      of: ({ receipt, line }) => money(signedOf(receipt, line.baseCents)),
    },
    {
      title: 'Valor',
      width: 14,
      of: ({ receipt, line }) => money(signedOf(receipt, line.amountCents)),
    },
    {
      title: 'Documento de sustento',
      width: 19,
      of: ({ support }) => digits(support?.number ?? ''),
    },
    words('Fecha del sustento', 12, ({ support }) => support?.issuedOn ?? ''),
  ]),
}
