import { kindFacts } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import { printAmount } from '../../values/money.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../values/tables/csv.ts'
import type { ListedReceipt } from '../receipt.ts'
import { signedValue, statusFacts } from '../receipt.ts'

const COLUMNS = [
  'Fecha',
  'Tipo',
  'Número',
  'RUC del emisor',
  'Emisor',
  'Concepto',
  'Estado SRI',
  'Valor',
  'Clave de acceso',
]

/** The first line of the table, with what comes before it. */
export function csvHead(): string {
  return csvHeadOf(COLUMNS)
}

/** The same for receipts of several taxpayers. */
export function csvHeadOfTaxpayers(): string {
  return csvHeadOf(['Contribuyente', ...COLUMNS])
}

/** One line of theirs. */
export function csvLineOfTaxpayer(taxpayer: string, receipt: ListedReceipt): string {
  return csvLineOf([digitsCell(taxpayer), ...cellsOf(receipt)])
}

/**
 * One line of the table. Values have a decimal comma and no thousands; credit notes are negative.
 */
export function csvLine(receipt: ListedReceipt): string {
  return csvLineOf(cellsOf(receipt))
}

function cellsOf(receipt: ListedReceipt): string[] {
  const value = signedValue(receipt)
  return [
    receipt.issuedOn,
    textCell(kindFacts(receipt.kind).name),
    textCell(receipt.number),
    digitsCell(receipt.issuerRuc),
    textCell(receipt.issuerName),
    textCell(receipt.concept),
    textCell(statusFacts(receipt.status).name),
    value === null ? '' : moneyCell(value),
    digitsCell(receipt.accessKey),
  ]
}

function moneyCell(value: Cents): string {
  return printAmount(value).replace('.', ',')
}
