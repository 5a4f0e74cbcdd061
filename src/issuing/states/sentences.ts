import type { ServiceFailure } from '../../sri/service/sri-service.ts'
import type { Heard } from './transitions.ts'

type Plain = Extract<
  Heard,
  'received' | 'authorized' | 'other-document' | 'in-process' | 'none' | 'none-late' | 'unclear'
>

/** What staff are told of an answer that gives no reason of its own. */
export const SENTENCES: Readonly<Record<Plain, string>> = {
  received: 'El SRI lo recibió. Su autorización se pregunta en unos segundos.',
  authorized: 'El SRI lo autorizó.',
  'other-document':
    'El SRI autorizó con esta clave un documento distinto del que se envió. No se publica: compara los dos y habla con el SRI.',
  'in-process': 'El SRI todavía lo procesa. Se pregunta otra vez.',
  none: 'El SRI todavía no dice nada de esta clave. Se pregunta otra vez.',
  'none-late': 'El SRI no sabe de esta clave después del plazo.',
  unclear: 'El SRI contestó algo que no decide nada. Se pregunta otra vez.',
}

/** What a sentence tells last of what the portal does next. */
const PROMISE =
  /(?:\. (?:Se (?:intenta|pregunta|envía) [^.]*|Su autorización se pregunta [^.]*|El mismo archivo se envía otra vez)|: el mismo archivo se envía otra vez)\.$/

/** What was heard of a document, without what comes next: once its tries are used up nothing does. */
export function withoutPromise(says: string): string {
  return says.replace(PROMISE, '.')
}

interface FailureFacts {
  /** Whether what was sent may have arrived all the same. */
  readonly arrived: boolean
  /** Whether it says that the service is down, and not that it dislikes one request. */
  readonly down: boolean
  readonly says: string
}

const AGAIN = 'Se intenta otra vez, sin que nadie tenga que hacer nada.'

/** What each way of not answering means. */
export const FAILURES: Readonly<Record<ServiceFailure['kind'], FailureFacts>> = {
  unreachable: { arrived: false, down: true, says: `No se llega al SRI. ${AGAIN}` },
  'circuit-open': { arrived: false, down: true, says: `El SRI no responde. ${AGAIN}` },
  cut: {
    arrived: true,
    down: true,
    says: `El SRI cortó la conexión antes de responder. ${AGAIN}`,
  },
  timeout: { arrived: true, down: true, says: `El SRI no respondió a tiempo. ${AGAIN}` },
  http: { arrived: true, down: true, says: `El SRI respondió con un error. ${AGAIN}` },
  empty: { arrived: true, down: true, says: `El SRI respondió sin decir nada. ${AGAIN}` },
  'not-xml': {
    arrived: true,
    down: false,
    says: `Algo delante del SRI respondió en su lugar. ${AGAIN}`,
  },
  fault: { arrived: true, down: false, says: `El servicio del SRI falló. ${AGAIN}` },
  unexpected: { arrived: true, down: false, says: `El SRI respondió de otra forma. ${AGAIN}` },
  'too-large': { arrived: true, down: false, says: `El SRI respondió demasiado. ${AGAIN}` },
}
