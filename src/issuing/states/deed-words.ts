import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { IssuanceDeed } from '../issuance/event-store.ts'
import { STATE_WORDS } from './state-words.ts'

const DEED_WORDS: Readonly<Record<IssuanceDeed, string>> = {
  corrected: 'Corregido por una persona',
  repeated: 'Una persona pidió enviarlo otra vez',
  reissued: 'Emitido con otro número',
  replaces: 'Emitido en lugar de un número perdido',
  closed: 'Cerrado',
  spent: 'Sin más intentos',
  resumed: 'Una persona pidió seguir intentando',
}

const STATE_EVENTS: Readonly<Partial<Record<IssuanceState, string>>> = {
  numbered: 'Recibió su número',
  ready: 'Armado, firmado y verificado',
  faulty: 'No se pudo armar o firmar',
  authorized: 'Autorizado por el SRI',
}

/** What happened to a document, as its story tells it. */
export function eventWords(what: string): { text: string; tone: 'ok' | 'espera' | 'mal' | '' } {
  if (Object.hasOwn(DEED_WORDS, what)) return { text: DEED_WORDS[what as IssuanceDeed], tone: '' }
  const state = what as IssuanceState
  const text = STATE_EVENTS[state] ?? STATE_WORDS[state]?.name ?? what
  return { text, tone: TONES[state] ?? 'espera' }
}

const TONES: Readonly<Partial<Record<IssuanceState, 'ok' | 'mal' | ''>>> = {
  numbered: '',
  ready: '',
  authorized: 'ok',
  faulty: 'mal',
  returned: 'mal',
  unauthorized: 'mal',
  different: 'mal',
  'number-lost': 'mal',
}
