import type { TaxLine } from '../../sri/taxes.ts'
import { digits, number, text } from '../exports/cell.ts'
import type { LineFacts, ReceiptFacts } from '../facts/receipt-facts.ts'
import { INTERNATIONAL, type Ledger } from './ledger.ts'

interface BillRow {
  readonly receipt: ReceiptFacts
  readonly line: LineFacts
  readonly at: number
}

const MOVES = {
  invoice: 'in_invoice',
  'debit-note': 'in_invoice',
  'credit-note': 'in_refund',
} as const

/** The heading of a bill stands in its first line only, as such imports want it. */
const once = (of: (receipt: ReceiptFacts) => string) => (row: BillRow) =>
  text(row.at === 0 ? of(row.receipt) : '')

/** Bills of a vendor, a line for each thing bought, for programs that import lines under a heading. */
export const vendorBills: Ledger<BillRow> = {
  slug: 'facturas-proveedor',
  name: 'Facturas de proveedor',
  says: 'Una fila por detalle; los datos de la factura van en la primera. Con IVA por tarifa y la clave como autorización.',
  dialect: INTERNATIONAL,
  columns: [
    ['move_type', once(({ kind }) => MOVES[kind as keyof typeof MOVES])],
    ['partner_vat', once(({ issuerRuc }) => issuerRuc)],
    ['partner_name', once(({ issuerName }) => issuerName)],
    ['ref', once((receipt) => receipt.number)],
    ['invoice_date', once(({ issuedOn }) => issuedOn)],
    ['document_type', once(({ accessKey }) => accessKey.slice(8, 10))],
    ['authorization_number', once((receipt) => receipt.authorizationNumber ?? receipt.accessKey)],
    ['reversed_ref', once(({ document }) => document?.modified?.number ?? '')],
    ['company_vat', once(({ client }) => client.taxId)],
    ['line_product', ({ line }) => digits(line.code)],
    ['line_name', ({ line }) => text(line.description)],
    ['line_quantity', ({ line }) => number(line.quantity)],
    ['line_price_unit', ({ line }) => number(line.unitPrice)],
    [
      'line_discount',
      ({ line }) => number(line.discount === null ? '0' : centsText(line.discount)),
    ],
    ['line_subtotal', ({ line }) => number(line.net === null ? '' : centsText(line.net))],
    ['line_taxes', ({ line }) => text(line.taxes.map(taxName).join('|'))],
  ],
  rowsOf: (receipt) => {
    if (!(receipt.kind in MOVES)) return []
    return (receipt.document?.lines ?? []).map((line, at) => ({ receipt, line, at }))
  },
}

function centsText(amount: number): string {
  return (amount / 100).toFixed(2)
}

/** `IVA 15`, `IVA exento`, `ICE 3092`: names for whoever imports to map to taxes of their own. */
function taxName({ tax, rateCode, rateBp }: TaxLine): string {
  if (tax !== 'iva') return `${tax.toUpperCase()} ${rateCode}`
  if (rateCode === '6') return 'IVA no objeto'
  return rateCode === '7' ? 'IVA exento' : `IVA ${(rateBp ?? 0) / 100}`
}
