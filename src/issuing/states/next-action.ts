import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { CertificateLack } from '../certificates/certificate-store.ts'
import type { Mender } from './codes.ts'
import { menderOf } from './mender.ts'

/** The one thing that comes next for a document, and who does it. */
export interface NextAction {
  readonly who: 'portal' | 'person' | 'nobody'
  readonly text: string
}

const MENDS: Readonly<Record<Mender, string>> = {
  document: 'Corrígelo; conserva su clave y su número.',
  date: 'Corrige la fecha, o reenvíalo si era la de hoy.',
  issuer: 'Arréglalo en el portal del SRI y reenvíalo.',
  certificate: 'Revisa el certificado de firma y reenvíalo.',
  program: 'Avisa a soporte; después, reenvíalo.',
}

const BY_PORTAL: Readonly<Partial<Record<IssuanceState, string>>> = {
  numbered: 'El portal lo arma y lo firma.',
  ready: 'El portal lo envía al SRI.',
  sending: 'El portal pregunta al SRI si lo recibió.',
  unanswered: 'El portal pregunta al SRI si lo recibió.',
  received: 'El portal pregunta por su autorización.',
  registered: 'El portal pregunta por su autorización; no lo reenvía.',
  'number-taken': 'El portal pregunta si el número está bajo nuestra clave.',
}

const SPENT_TEXT =
  'Se agotaron los intentos con esta clave: mira en el portal del SRI cómo está y pide que se siga.'
const LACK_TEXTS: Readonly<Record<CertificateLack, string>> = {
  certificate:
    'Espera el certificado de su emisor: súbelo en «Firma electrónica»; cuando otra persona lo apruebe, sigue solo.',
  approval:
    'El certificado de su emisor espera aprobación: cuando otra persona lo apruebe en «Aprobaciones», sigue solo.',
}

/** What the state machine does next with a document, or what a person must do. */
export function nextActionOf(one: {
  readonly state: IssuanceState
  readonly answerCode: string | null
  readonly isClosed: boolean
  readonly isSpent: boolean
  /** What its issuer lacks to sign with. */
  readonly lacks?: CertificateLack | null
}): NextAction {
  if (one.isClosed) return { who: 'nobody', text: 'Nada: alguien lo cerró y escribió por qué.' }
  if (one.isSpent) return { who: 'person', text: SPENT_TEXT }
  if (one.state === 'numbered' && one.lacks) {
    return { who: 'person', text: LACK_TEXTS[one.lacks] }
  }
  const text = BY_PORTAL[one.state]
  if (text !== undefined) return { who: 'portal', text }
  switch (one.state) {
    case 'authorized':
      return { who: 'nobody', text: 'Nada: ya es un comprobante.' }
    case 'different':
      return { who: 'person', text: 'Compara los dos documentos y propón cuál vale.' }
    case 'number-lost':
      return { who: 'person', text: 'Averigua qué documento tiene el número y decide.' }
    default:
      return { who: 'person', text: MENDS[menderOf(one)] }
  }
}
