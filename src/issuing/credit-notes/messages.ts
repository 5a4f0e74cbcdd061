import { formatMoney } from '../../values/money.ts'
import type { CreditRefusal } from './issue-credit-note.ts'

/** Why an invoice cannot be given back so, and what to do instead. */
export function creditRefusal(refusal: CreditRefusal): string {
  switch (refusal.code) {
    case 'not-an-invoice':
      return 'Solo se acredita una factura autorizada de un emisor registrado, en su mismo ambiente.'
    case 'unreadable':
      return 'No pudimos abrir el archivo de la factura. Avisa a soporte.'
    case 'final-consumer':
      return 'Es de un consumidor final, y no se le puede acreditar nada.'
    case 'other-taxes':
      return 'Tiene líneas sin IVA o con otros impuestos: prepara su nota de crédito en una plantilla.'
    case 'nothing-left':
      return 'Ya se acreditó todo lo que cobró.'
    case 'nothing-chosen':
      return 'Escribe cuánto se devuelve de al menos una línea.'
    case 'too-much':
      return `De esa línea quedan ${formatMoney(refusal.left)} por devolver, antes de impuestos.`
    case 'no-reason':
      return 'Escribe por qué se devuelve, con hasta 300 letras.'
    case 'not-issuable':
      return refusal.sentence
  }
}
