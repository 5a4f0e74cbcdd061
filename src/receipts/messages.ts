import type { Words } from '../web/errors.ts'
import type { ReceiptStatus } from './receipt.ts'
import { PACKAGE_MAX } from './search/receipt-list.ts'
import type { SavedOutcome } from './search/saved-search-store.ts'
import { formatCount } from './search/search-words.ts'

const TO_LIST = { href: '/comprobantes', text: 'Ir a tus comprobantes' }

/** Somebody else's and nobody's read the same. */
export const noSuchReceipt: Words = {
  title: 'No encontramos ese comprobante',
  text: 'Quizá el enlace está incompleto o el comprobante no es tuyo.',
  action: TO_LIST,
}

/** Why there is no file of a receipt in that state. */
export const noFile: Record<Exclude<ReceiptStatus, 'authorized' | 'annulled'>, Words> = {
  pending: {
    title: 'Todavía no se puede descargar',
    text: 'Aún lo está revisando el SRI. Te avisaremos cuando puedas descargarlo.',
    action: TO_LIST,
  },
  rejected: {
    title: 'No hay archivo para descargar',
    text: 'El SRI no lo autorizó. Estamos corrigiéndolo; no tienes que hacer nada.',
    action: TO_LIST,
  },
}

type SavedRefusal = Exclude<SavedOutcome, { ok: true }>['refusal'] | 'no-name'

export const savedRefusals: Record<SavedRefusal, string> = {
  'name-taken': 'Ya tienes una búsqueda con ese nombre. Escribe otro.',
  'too-many': 'Ya tienes 20 búsquedas guardadas. Elimina una para guardar esta.',
  'no-name': 'Escribe un nombre para reconocerla.',
  none: 'Esa búsqueda ya no está.',
}

export const NOTHING_CHOSEN = 'Elige al menos un comprobante para descargar.'

export const unreadable: Words = {
  title: 'No pudimos abrir este comprobante',
  text: 'El problema es nuestro y ya lo registramos. Inténtalo más tarde o llámanos.',
  action: TO_LIST,
}

/** More than one file holds; `back` is the search. */
export function tooMany(count: number, back: string): Words {
  return {
    title: 'Son demasiados para un solo archivo',
    text: `Elegiste ${formatCount(count)} y caben ${formatCount(PACKAGE_MAX)}. Acorta las fechas y descárgalos por partes.`,
    action: { href: back, text: 'Volver a tu búsqueda' },
  }
}
