import type { DocumentKind } from '../../sri/kinds.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatMoney } from '../../values/money.ts'
import type { AnnouncedReceipt } from './alert-store.ts'

type Named = Pick<AnnouncedReceipt, 'kind' | 'number' | 'totalCents'>

/**
 * `Factura 001-002-000018710 por $64,40`, `Nota de crédito 001-… a tu favor por $0,41`; a guía has
 * no value to tell. What it is and how much come first: a phone shows no more.
 */
export function subjectOf(receipt: Named): string {
  const name = `${kindFacts(receipt.kind).name} ${receipt.number}`
  if (receipt.totalCents === null) return name
  const favour = receipt.kind === 'credit-note' ? ' a tu favor' : ''
  return `${name}${favour} por ${formatMoney(receipt.totalCents)}`
}

/** «una factura», «un comprobante de retención» */
function indefinite(kind: DocumentKind): string {
  const facts = kindFacts(kind)
  return `${facts.article === 'la' ? 'una' : 'un'} ${lowerFirst(facts.name)}`
}

/** «la factura», «el comprobante de retención» */
export function definite(kind: DocumentKind): string {
  const facts = kindFacts(kind)
  return `${facts.article} ${lowerFirst(facts.name)}`
}

/** The line above the amount: whose it is, said by the bank of itself or of another issuer. */
export function headlineOf(receipt: Pick<AnnouncedReceipt, 'kind'>, ours: boolean): string {
  const whose = receipt.kind === 'credit-note' ? 'a tu favor' : 'a tu nombre'
  return ours
    ? `Emitimos ${indefinite(receipt.kind)} ${whose}`
    : `Recibiste ${indefinite(receipt.kind)} ${whose}`
}

/** «La factura» */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
