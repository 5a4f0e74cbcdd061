import type { ListedState } from './state-groups.ts'

/** Where a document stands, for people and, in one word, for programs. */
export const STATE_WORDS: Readonly<
  Record<ListedState, { readonly slug: string; readonly name: string }>
> = {
  numbered: { slug: 'por-firmar', name: 'Por firmar' },
  faulty: { slug: 'con-error', name: 'Con error' },
  ready: { slug: 'por-enviar', name: 'Por enviar' },
  sending: { slug: 'enviando', name: 'Enviando' },
  unanswered: { slug: 'sin-respuesta', name: 'Sin respuesta del SRI' },
  received: { slug: 'recibido', name: 'Recibido por el SRI' },
  registered: { slug: 'registrado', name: 'Registrado en el SRI' },
  'number-taken': { slug: 'numero-ocupado', name: 'El SRI ya tiene ese número' },
  'number-lost': { slug: 'numero-perdido', name: 'Número de otro comprobante' },
  returned: { slug: 'devuelto', name: 'Devuelto por el SRI' },
  unauthorized: { slug: 'no-autorizado', name: 'No autorizado' },
  different: { slug: 'distinto', name: 'El SRI tiene otro documento' },
  spent: { slug: 'sin-intentos', name: 'Sin más intentos' },
  authorized: { slug: 'autorizado', name: 'Autorizado' },
}
