import { kindFacts } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import { printAmount } from '../../values/money.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../values/tables/csv.ts'
import type { OwnedReceipt } from '../receipt.ts'
import { signedValue, statusFacts } from '../receipt.ts'
import type { Clients } from '../scope/clients.ts'

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

const CLIENT_COLUMNS = ['RUC de la empresa', 'Empresa']

/** The first line of the table, with what comes before it; of several clients, whose each row is. */
export function csvHead(clients: Clients | null): string {
  return csvHeadOf(clients === null ? COLUMNS : [...CLIENT_COLUMNS, ...COLUMNS])
}

/**
 * One line of the table. Values have a decimal comma and no thousands; credit notes are negative.
 */
export function csvLine(receipt: OwnedReceipt, clients: Clients | null): string {
  const value = signedValue(receipt)
  const client = clients?.get(receipt.partyId)
  const cells = [
    ...(client ? [digitsCell(receipt.recipientNumber), textCell(client.name)] : []),
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
  return csvLineOf(cells)
}

function moneyCell(value: Cents): string {
  return printAmount(value).replace('.', ',')
}
