import { kindFacts } from '../../sri/kinds.ts'
import { guayaquilIso, printSriDate } from '../../values/day.ts'
import { addUp, type Cents, printAmount } from '../../values/money.ts'
import type { FactsBatches, ReceiptFacts } from '../facts/receipt-facts.ts'

/** The columns of the SRI's own report of received documents, in its order. */
const NAMES = [
  'RUC_EMISOR',
  'RAZON_SOCIAL_EMISOR',
  'TIPO_COMPROBANTE',
  'SERIE_COMPROBANTE',
  'CLAVE_ACCESO',
  'FECHA_AUTORIZACION',
  'FECHA_EMISION',
  'IDENTIFICACION_RECEPTOR',
  'VALOR_SIN_IMPUESTOS',
  'IVA',
  'IMPORTE_TOTAL',
  'NUMERO_DOCUMENTO_MODIFICADO',
]
const NEWLINE = '\r\n'

/** The report that accountants' programs read: tabs, ISO-8859-1, amounts only where the SRI has them. */
export async function* sriTxt(batches: FactsBatches): AsyncGenerator<Buffer> {
  yield bytesOf([NAMES])
  for await (const batch of batches) yield bytesOf(batch.map(cellsOf))
}

function cellsOf(facts: ReceiptFacts): string[] {
  const { document, kind } = facts
  const iva = (document?.taxes ?? []).filter(({ tax }) => tax === 'iva')
  const ivaSum = document === null ? null : addUp(iva.map(({ amountCents }) => amountCents))
  // The SRI prints no amounts for withholdings, and there are none on a guía.
  const without = kind === 'withholding' || kind === 'delivery-note'
  const printed = (amount: Cents | null) => (without || amount === null ? '' : printAmount(amount))
  return [
    facts.issuerRuc,
    facts.issuerName,
    kindFacts(kind).name,
    facts.number,
    facts.accessKey,
    authorizedAt(facts),
    printSriDate(facts.issuedOn),
    facts.client.taxId || (document?.recipientId ?? ''),
    printed(document?.net ?? null),
    printed(ivaSum),
    printed(facts.totalCents),
    document?.modified?.number ?? '',
  ]
}

/** `dd/MM/yyyy HH:mm:ss`, the hour of Guayaquil. */
function authorizedAt({ authorizedAt: at }: ReceiptFacts): string {
  const time = at === null ? Number.NaN : Date.parse(at)
  if (Number.isNaN(time)) return ''
  const wall = guayaquilIso(new Date(time))
  const day = `${wall.slice(8, 10)}/${wall.slice(5, 7)}/${wall.slice(0, 4)}`
  return `${day} ${wall.slice(11, 19)}`
}

function bytesOf(rows: readonly (readonly string[])[]): Buffer {
  const lines = rows.map((cells) => `${cells.map(plainCell).join('\t')}${NEWLINE}`)
  return Buffer.from(lines.join(''), 'latin1')
}

const FORMULA_START = /^\s*[=+\-@|]/

/** One cell on one line, in letters of ISO-8859-1; a name that begins like a formula is kept from being one. */
function plainCell(cell: string): string {
  const line = cell.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  const letters = [...line].map(latinLetter).join('')
  return FORMULA_START.test(letters) ? `'${letters}` : letters
}

const TYPED: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
}

function latinLetter(sign: string): string {
  if ((sign.codePointAt(0) ?? 0) <= 0xff) return sign
  const typed = TYPED[sign]
  if (typed !== undefined) return typed
  const bare = sign.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return [...bare].every((one) => (one.codePointAt(0) ?? 0) <= 0xff) && bare !== '' ? bare : '?'
}
