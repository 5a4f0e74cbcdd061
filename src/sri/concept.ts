import { taxLabels, withheldTax } from './catalogues/catalogues.ts'
import type { ReceiptDocument } from './documents/document.ts'
import { kindFacts } from './kinds.ts'
import { oneLine } from './one-line.ts'
import { withheldOf } from './taxes.ts'

const CONCEPT_CHARACTERS_MAX = 160

/** One line that tells a person what a receipt is about, at most 160 characters. */
export function conceptOf(document: ReceiptDocument): string {
  return clip(oneLine(rawConcept(document))) || kindFacts(document.kind).name
}

function rawConcept(document: ReceiptDocument): string {
  switch (document.kind) {
    case 'invoice':
    case 'purchase-settlement':
      return firstAndMore(document.content.detalles?.map((line) => line.descripcion))
    case 'credit-note': {
      const reason = document.content.infoNotaCredito?.motivo?.trim()
      return reason || firstAndMore(document.content.detalles?.map((line) => line.descripcion))
    }
    case 'debit-note':
      return firstAndMore(document.content.motivos?.map((one) => one.razon))
    case 'delivery-note':
      return firstAndMore(document.content.destinatarios?.map((one) => one.motivoTraslado))
    case 'withholding':
      return withholdingConcept(document.content)
  }
}

/** `Retención de renta e IVA, 11/2026`. */
function withholdingConcept(
  content: Extract<ReceiptDocument, { kind: 'withholding' }>['content'],
): string {
  const names = new Set(withheldOf(content).map((line) => withheldTax(line.codigo)))
  const said = [...names].map((name) => (name === 'renta' ? 'renta' : taxLabels[name]))
  const taxes = said.length === 0 ? 'impuestos' : enumerate(said)
  const period = content.infoCompRetencion?.periodoFiscal?.trim()
  return `Retención de ${taxes}${period ? `, ${period}` : ''}`
}

function enumerate(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  if (words.length < 2) return last
  return `${words.slice(0, -1).join(', ')} ${/^i/i.test(last) ? 'e' : 'y'} ${last}`
}

function firstAndMore(texts: readonly (string | undefined)[] | undefined): string {
  const present = (texts ?? []).map((text) => oneLine(text ?? '')).filter((text) => text !== '')
  const different = [...new Set(present)]
  const [first = '', ...others] = different
  if (others.length === 0) return first
  const more = ` y ${others.length} más`
  return clip(first, CONCEPT_CHARACTERS_MAX - more.length) + more
}

/** Cuts between code points, so that an emoji is not split. */
function clip(text: string, max = CONCEPT_CHARACTERS_MAX): string {
  if (text.length <= max) return text
  let end = max - 1
  const unit = text.charCodeAt(end - 1)
  if (unit >= 0xd800 && unit <= 0xdbff) end -= 1
  return `${text.slice(0, end).trimEnd()}…`
}
