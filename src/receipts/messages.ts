import { formatCount } from '../values/count.ts'
import type { Words } from '../web/errors/errors.ts'
import type { ReceiptStatus } from './receipt.ts'
import { PACKAGE_MAX } from './search/receipt-list.ts'
import type { SavedOutcome } from './search/saved/saved-search-store.ts'

const TO_LIST = { href: '/comprobantes', text: 'Ir a tus comprobantes' }

/** Somebody else's and nobody's read the same. */
export const noSuchReceipt: Words = {
  title: 'No encontramos ese comprobante',
  text: 'Quizá el enlace está incompleto o el comprobante no es tuyo.',
  action: TO_LIST,
}

export const NOT_AUTHORIZED = 'El SRI no lo autorizó'
export const UNDER_REVIEW = 'Aún lo está revisando el SRI'
export const WAIT_FOR_FILES = 'Te avisaremos cuando puedas descargarlo.'
/** Of a mail that its server gave back. */
export const MAIL_RETURNED =
  'Tu servidor lo devolvió. Revisa que sea tu correo, o cámbialo, y envíate el comprobante otra vez.'
export const TO_OWN_ADDRESS = { href: '/perfil/correo', text: 'Cambiar mi correo' }

export const BEING_CORRECTED = 'Estamos corrigiéndolo; no tienes que hacer nada.'

/** What its owner has to know of a receipt that is not plainly authorised. */
export const statusNotices: Record<Exclude<ReceiptStatus, 'authorized'>, string> = {
  pending: `${UNDER_REVIEW}. ${WAIT_FOR_FILES}`,
  rejected: `${NOT_AUTHORIZED}. ${BEING_CORRECTED}`,
  annulled: 'Fue anulado en el SRI: ya no sirve como sustento. Lo guardamos para tu historial.',
}

/** Why there is no file of a receipt in that state. */
export const noFile: Record<Exclude<ReceiptStatus, 'authorized' | 'annulled'>, Words> = {
  pending: {
    title: 'Todavía no se puede descargar',
    text: statusNotices.pending,
    action: TO_LIST,
  },
  rejected: {
    title: 'No hay archivo para descargar',
    text: statusNotices.rejected,
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
