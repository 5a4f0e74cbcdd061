import { kindFacts } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import { printAmount } from '../../values/money.ts'
import type { ListedReceipt } from '../receipt.ts'
import { signedValue, statusFacts } from '../receipt.ts'

/** Tells spreadsheets that the file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

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

/** What a spreadsheet could take for a formula. */
const FORMULA_START = /^[\s]*[=+\-@|\t\r]/

/** The first line of the table, with what comes before it. */
export function csvHead(): string {
  return `${BYTE_ORDER_MARK}${COLUMNS.map(textCell).join(';')}\r\n`
}

/**
 * One line of the table (RFC 4180, with the semicolon that spreadsheets in Ecuador expect). Values
 * have a decimal comma and no thousands; credit notes are negative.
 */
export function csvLine(receipt: ListedReceipt): string {
  const value = signedValue(receipt)
  const cells = [
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
  return `${cells.join(';')}\r\n`
}

function moneyCell(value: Cents): string {
  return printAmount(value).replace('.', ',')
}

/** Quoted always; an apostrophe keeps a spreadsheet from computing what somebody else wrote. */
function textCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/**
 * A number that is a name. Spreadsheets keep fifteen digits and drop leading zeros, so it goes as a
 * constant formula over nothing but its digits; anything else goes as text.
 */
function digitsCell(text: string): string {
  return /^\d+$/.test(text) ? `"=""${text}"""` : textCell(text)
}
