import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { NOT_AUTHORIZED, UNDER_REVIEW } from '../messages.ts'
import { fileStem, type ListedReceipt } from '../receipt.ts'
import { countPhrase } from '../search/search-words.ts'
import type { PackageFormat } from './pack-receipts.ts'

/** A receipt, or one of its files, that is not in the package, and why. */
export interface MissingFile {
  readonly receipt: ListedReceipt
  readonly reason: ListedReceipt['status'] | 'no-file' | 'no-pdf'
}

/** Why a file is not there, within a sentence. */
export const missingReasons: Record<MissingFile['reason'], string> = {
  authorized: 'no está',
  annulled: 'no está',
  pending: withinSentence(UNDER_REVIEW),
  rejected: withinSentence(NOT_AUTHORIZED),
  'no-file': 'no pudimos leer su archivo; llámanos y lo revisamos',
  'no-pdf': 'no pudimos dibujar su PDF; inténtalo de nuevo más tarde',
}

const CONTENTS: Record<PackageFormat, string> = {
  pdf: 'en PDF',
  xml: 'en XML',
  ambos: 'en PDF y XML',
}

/** `0990000000001/2026/11/factura`: RUC of the issuer, year, month, kind. */
export function folderOf(receipt: ListedReceipt): string {
  const [year, month] = receipt.issuedOn.split('-')
  return [receipt.issuerRuc, year, month, kindFacts(receipt.kind).slug].join('/')
}

/** What LEEME.txt says: how much is inside, where, and everything that is not. */
export function readmeOf(contents: {
  packed: number
  /** Rows of the list that are another client's row of what is inside already. */
  shared: number
  missing: readonly MissingFile[]
  format: PackageFormat
}): string {
  const { packed, shared, missing, format } = contents
  const lines = [
    'Tus comprobantes electrónicos',
    '',
    `Aquí hay ${countPhrase(packed)} ${CONTENTS[format]}.`,
    ...(shared > 0 ? [sharedSentence(shared)] : []),
    'Carpetas: RUC del emisor, año, mes y tipo.',
    '',
    missingSentence(missing.length),
    ...missing.map(({ receipt, reason }) => `- ${fileStem(receipt)}: ${missingReasons[reason]}.`),
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** Why the list counts more than there are. */
function sharedSentence(count: number): string {
  if (count === 1) return 'La lista muestra uno de ellos dos veces: es de dos clientes, y está una.'
  return `La lista repite ${formatCount(count)} que son de más de un cliente: cada uno está una vez.`
}

function missingSentence(count: number): string {
  if (count === 0) return 'No falta ninguno.'
  return `${count === 1 ? 'Falta' : 'Faltan'} ${formatCount(count)}:`
}

function withinSentence(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
