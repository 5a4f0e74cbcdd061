import { signedValue, statusFacts } from '../../receipts/receipt.ts'
import { kindFacts } from '../../sri/kinds.ts'
import type { TaxLine } from '../../sri/taxes.ts'
import { addUp, type Cents, cents } from '../../values/money.ts'
import type { ReceiptFacts } from '../facts/receipt-facts.ts'
import { digits, money } from './cell.ts'
import { type Column, type Table, words } from './table.ts'

/** What every row of every table begins with: of which receipt it is. */
const receiptColumns: readonly Column<ReceiptFacts>[] = [
  { title: 'RUC o cédula del cliente', width: 16, of: ({ client }) => digits(client.taxId) },
  words('Cliente', 32, ({ client }) => client.name),
  words('Fecha', 12, ({ issuedOn }) => issuedOn),
  words('Tipo', 24, ({ kind }) => kindFacts(kind).name),
  { title: 'Número', width: 19, of: (facts) => digits(facts.number) },
  { title: 'RUC del emisor', width: 16, of: (facts) => digits(facts.issuerRuc) },
  words('Emisor', 32, ({ issuerName }) => issuerName),
  words('Estado SRI', 14, ({ status }) => statusFacts(status).name),
]

const keyColumns: readonly Column<ReceiptFacts>[] = [
  { title: 'Clave de acceso', width: 52, of: ({ accessKey }) => digits(accessKey) },
]

/** Puts the columns of the receipt around those of what is told of it. */
export function aroundReceipt<Row extends { readonly receipt: ReceiptFacts }>(
  columns: readonly Column<Row>[],
): Column<Row>[] {
  const ofReceipt = ({ title, width, of }: Column<ReceiptFacts>): Column<Row> => ({
    title,
    width,
    of: ({ receipt }) => of(receipt),
  })
  return [...receiptColumns.map(ofReceipt), ...columns, ...keyColumns.map(ofReceipt)]
}

/** What a credit note takes away counts below zero, here as in every list. */
export function signedOf({ kind }: ReceiptFacts, amount: Cents | null): Cents | null {
  return amount !== null && kind === 'credit-note' ? cents(-amount) : amount
}

/** Which base of the IVA a tax line is, by the code of its rate. */
export type IvaBase = 'taxed' | 'zero' | 'not-subject' | 'exempt'

export function ivaBaseOf({ rateCode, rateBp, amountCents }: TaxLine): IvaBase {
  const code = rateCode.replace(/^0+(?=\d)/, '')
  if (code === '6') return 'not-subject'
  if (code === '7') return 'exempt'
  return code === '0' || (rateBp === 0 && amountCents === 0) ? 'zero' : 'taxed'
}

/** The bases of one kind, added up; null when the document says nothing or cannot be read. */
export function ivaBase(facts: ReceiptFacts, base: IvaBase): Cents | null {
  const lines = (facts.document?.taxes ?? []).filter(
    (line) => line.tax === 'iva' && ivaBaseOf(line) === base,
  )
  return lines.length === 0 ? null : addUp(lines.map((line) => line.baseCents))
}

/** What is charged of a tax. */
export function charged(facts: ReceiptFacts, tax: 'iva' | 'ice' | 'irbpnr'): Cents | null {
  const lines = (facts.document?.taxes ?? []).filter((line) => line.tax === tax)
  return lines.length === 0 ? null : addUp(lines.map((line) => line.amountCents))
}

function withheld(facts: ReceiptFacts, tax: 'renta' | 'iva'): Cents | null {
  const lines = (facts.document?.withheld ?? []).filter((line) => line.tax === tax)
  return lines.length === 0 ? null : addUp(lines.map((line) => line.amountCents))
}

const amountColumn = (
  title: string,
  of: (facts: ReceiptFacts) => Cents | null,
): Column<ReceiptFacts> => ({ title, width: 14, of: (facts) => money(signedOf(facts, of(facts))) })

/** One row a receipt, with its bases and taxes beside each other. */
export const receiptTable: Table<ReceiptFacts> = {
  name: 'Comprobantes',
  rowsOf: (facts) => [facts],
  columns: [
    ...receiptColumns,
    amountColumn('Base con IVA', (facts) => ivaBase(facts, 'taxed')),
    amountColumn('Base 0 %', (facts) => ivaBase(facts, 'zero')),
    amountColumn('No objeto de IVA', (facts) => ivaBase(facts, 'not-subject')),
    amountColumn('Exento de IVA', (facts) => ivaBase(facts, 'exempt')),
    amountColumn('IVA', (facts) => charged(facts, 'iva')),
    amountColumn('ICE', (facts) => charged(facts, 'ice')),
    amountColumn('Retenido renta', (facts) => withheld(facts, 'renta')),
    amountColumn('Retenido IVA', (facts) => withheld(facts, 'iva')),
    { title: 'Valor', width: 14, of: (facts) => money(signedValue(facts)) },
    {
      title: 'Documento modificado',
      width: 19,
      of: ({ document }) => digits(document?.modified?.number ?? ''),
    },
    words('Período fiscal', 12, ({ document }) => document?.fiscalPeriod ?? ''),
    ...keyColumns,
    {
      title: 'Número de autorización',
      width: 52,
      of: (facts) => digits(facts.authorizationNumber ?? ''),
    },
    words('Documento', 26, ({ document }) =>
      document === null ? 'No pudimos leer su archivo' : '',
    ),
  ],
}
