import { missingReasons } from '../../../receipts/files/package-words.ts'
import { fileStem } from '../../../receipts/receipt.ts'
import { countPhrase } from '../../../receipts/search/search-words.ts'
import { formatCount } from '../../../values/count.ts'
import { cents, formatMoney } from '../../../values/money.ts'
import { filesOf } from '../package.ts'
import type { Changes } from './changes-since.ts'
import type { ManifestHead } from './manifest.ts'
import type { PackedRow } from './packed-row.ts'

const CONTENTS: Readonly<Record<ManifestHead['format'], string>> = {
  pdf: 'en PDF',
  xml: 'en XML',
  ambos: 'en PDF y XML',
  unido: 'en un solo PDF',
}

/** `LEEME.txt`: what is inside, where, how to check it, and everything that is missing and why. */
export async function* readmeOf(
  head: ManifestHead,
  rows: AsyncIterable<PackedRow>,
): AsyncGenerator<string> {
  const { sums, part, parts, format } = head
  const value = formatMoney(cents(sums.all.cents))
  const lines = [
    `Comprobantes electrónicos${parts > 1 ? `, parte ${part} de ${parts}` : ''}`,
    '',
    `Aquí hay ${countPhrase(sums.all.receipts)} ${CONTENTS[format]}, por ${value}.`,
    ...(parts > 1 ? [`Es la parte ${part} de ${parts}: necesitas todas para tener el total.`] : []),
    ...(filesOf(head).merged ? mergedWords(part, parts) : []),
    'Carpetas: RUC o número del contribuyente, año, mes y tipo.',
    'indice.xlsx e indice.csv tienen una fila por comprobante.',
    'manifiesto.json tiene la huella SHA-256 de cada archivo: con él puedes comprobar en el portal,',
    'en Descargas, que no falta nada y que nada cambió.',
    '',
    missingWords(sums.missing),
  ]
  yield ended(lines)
  for await (const { taxpayer, receipt, missing } of rows) {
    if (missing === null) continue
    yield ended([`- ${taxpayer}, ${fileStem(receipt)}: ${missingReasons[missing]}.`])
  }
  const changes = changeWords(head.changes)
  if (changes.length > 0) yield ended(['', ...changes])
}

function mergedWords(part: number, parts: number): string[] {
  const name = parts > 1 ? `comprobantes_parte-${part}-de-${parts}.pdf` : 'comprobantes.pdf'
  return [
    `${name} tiene los PDF uno tras otro, con un marcador por contribuyente y comprobante.`,
    'El XML va adentro solo en el PDF suelto de cada comprobante.',
  ]
}

function missingWords(missing: number): string {
  if (missing === 0) return 'No falta ningún archivo.'
  return `${missing === 1 ? 'Falta algo de' : 'Faltan archivos de'} ${countPhrase(missing)}:`
}

/** What became of the receipts while the package was made. */
function changeWords({ come, gone }: Changes): string[] {
  if (come + gone === 0) return []
  const came =
    come === 1 ? 'llegó 1 comprobante más' : `llegaron ${formatCount(come)} comprobantes más`
  const went =
    gone === 1 ? 'se retiró 1 de los de aquí' : `se retiraron ${formatCount(gone)} de los de aquí`
  const what = [...(come > 0 ? [came] : []), ...(gone > 0 ? [went] : [])].join(' y ')
  return [`Mientras lo preparábamos ${what}. Pide el paquete otra vez para tenerlo al día.`]
}

function ended(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}
