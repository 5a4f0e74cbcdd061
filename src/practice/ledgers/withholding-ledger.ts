import { digits, money, percentage, text } from '../exports/cell.ts'
import type { ReceiptFacts, WithheldFacts } from '../facts/receipt-facts.ts'
import { type Ledger, LOCAL } from './ledger.ts'

interface Row {
  readonly receipt: ReceiptFacts
  readonly line: WithheldFacts
}

const FIFTEEN = (number: string | null) => number?.replaceAll('-', '') ?? ''

/** Withholdings received, one row for each tax and sale: what is matched with the sales. */
export const withholdingLedger: Ledger<Row> = {
  slug: 'retenciones-recibidas',
  name: 'Retenciones recibidas',
  says: 'Una fila por impuesto retenido, con el número de la factura de sustento en 15 dígitos para cruzarla con tus ventas.',
  dialect: LOCAL,
  columns: [
    ['FECHA', ({ receipt }) => text(receipt.issuedOn)],
    ['RUC_AGENTE', ({ receipt }) => digits(receipt.issuerRuc)],
    ['AGENTE', ({ receipt }) => text(receipt.issuerName)],
    ['NUMERO_RETENCION', ({ receipt }) => digits(receipt.number)],
    ['AUTORIZACION', ({ receipt }) => digits(receipt.authorizationNumber ?? receipt.accessKey)],
    ['TIPO_SUSTENTO', ({ line }) => digits(line.support.code)],
    ['NUMERO_SUSTENTO', ({ line }) => digits(FIFTEEN(line.support.number))],
    ['FECHA_SUSTENTO', ({ line }) => text(line.support.issuedOn ?? '')],
    ['IMPUESTO', ({ line }) => text(line.tax.toUpperCase())],
    ['CODIGO', ({ line }) => digits(line.rateCode)],
    ['BASE', ({ line }) => money(line.baseCents)],
    ['PORCENTAJE', ({ line }) => percentage(line.rateBp)],
    ['VALOR', ({ line }) => money(line.amountCents)],
    ['EMPRESA', ({ receipt }) => digits(receipt.client.taxId)],
  ],
  rowsOf: (receipt) => (receipt.document?.withheld ?? []).map((line) => ({ receipt, line })),
}
