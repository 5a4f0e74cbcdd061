import { type Environment, hasAccessKeyShape } from '../access-key.ts'
import { kindOfRoot } from '../kinds.ts'
import { type Problem, problem, type Refusal, refuse } from '../messages.ts'
import { localName } from '../xml/walk-xml.ts'
import { readAuthorizedAt } from './authorized-at.ts'
import {
  type RawAuthorization,
  readShell,
  type ShellReading,
  type SriMessage,
} from './envelope-shell.ts'

export type AuthorizationStatus = 'authorized' | 'rejected' | 'in-process'

/** What the SRI's answer says around a document, whatever its shape. */
export interface Envelope {
  /** The root of the answer, `soap:` before it when it came in SOAP; null for a bare document. */
  readonly wrapper: string | null
  readonly form: 'CDATA' | 'escaped' | 'inline' | 'bare'
  readonly status: AuthorizationStatus | null
  /** As printed, for status, number and date; null where the answer lacks it. */
  readonly printedStatus: string | null
  readonly authorizationNumber: string | null
  readonly printedAuthorizedAt: string | null
  /** ISO 8601 at −05:00; null when missing or not understood. */
  readonly authorizedAt: string | null
  readonly environment: Environment | null
  readonly messages: readonly SriMessage[]
  /** The document as the answer holds it, character by character. */
  readonly comprobante: string
}

type EnvelopeReading =
  | { readonly ok: true; readonly envelope: Envelope; readonly oddities: readonly Problem[] }
  | { readonly ok: false; readonly refusal: Refusal }

/**
 * Finds the document and what the SRI said about it in any of the shapes in which banks keep
 * them: `autorizacion` or `Authorization`, a SOAP answer, the document in CDATA, escaped or
 * inline, or the bare document.
 *
 * @param text decoded, without byte order mark and leading white space.
 */
export function readEnvelope(text: string): EnvelopeReading {
  const root = rootNameOf(text)
  if (kindOfRoot(localName(root)) !== null) return { ok: true, envelope: bare(text), oddities: [] }
  const shell = readShell(text)
  if (!shell.ok) return shell
  if (shell.authorizations.length === 0) {
    const answers = shell.answer || shell.root === 'Envelope'
    return {
      ok: false,
      refusal: answers ? refuse('no-document') : refuse('unknown-document', { field: root }),
    }
  }
  return choose(shell)
}

/** Of several answers for a key the authorised one counts; of several keys none can be chosen. */
function choose(shell: Extract<ShellReading, { ok: true }>): EnvelopeReading {
  const withDocument = shell.authorizations.filter((one) => (one.comprobante ?? '').trim() !== '')
  const authorized = withDocument.filter((one) => statusOf(one.estado) === 'authorized')
  const asked = shell.askedKey
  const ofKey = authorized.filter((one) => asked !== null && isAbout(one, asked))
  const candidates = ofKey.length > 0 ? ofKey : authorized
  const first = candidates[0] ?? withDocument.at(-1)
  if (first === undefined) return { ok: false, refusal: refuse('no-document') }
  const others = candidates.length > 0 ? candidates : withDocument
  const numbers = others.map((one) => one.numeroAutorizacion ?? '').filter(hasAccessKeyShape)
  if (new Set(numbers).size > 1 || new Set(others.flatMap(ownKeys)).size > 1)
    return { ok: false, refusal: refuse('several-documents') }
  return envelopeOf(first, shell)
}

/** The key that the document itself holds, whatever number the answer gives it. */
function ownKeys(one: RawAuthorization): string[] {
  const own = /<claveAcceso>\s*([^<\s]+)/.exec(one.comprobante ?? '')?.[1]
  return own === undefined ? [] : [own]
}

function isAbout(authorization: RawAuthorization, key: string): boolean {
  return authorization.numeroAutorizacion === key || (authorization.comprobante ?? '').includes(key)
}

function envelopeOf(
  raw: RawAuthorization,
  shell: Extract<ShellReading, { ok: true }>,
): EnvelopeReading {
  const status = statusOf(raw.estado)
  const authorizedAt = raw.fechaAutorizacion ? readAuthorizedAt(raw.fechaAutorizacion) : null
  const oddities: Problem[] = []
  if (status === null) {
    oddities.push(problem('unknown-status', 'estado', { value: raw.estado ?? '' }))
  }
  if (status === 'authorized' && authorizedAt === null) {
    const value = raw.fechaAutorizacion ?? ''
    oddities.push(problem('authorization-date', 'fechaAutorizacion', { value }))
  }
  const envelope: Envelope = {
    wrapper: shell.root === 'Envelope' ? `soap:${shell.answer ?? 'Body'}` : shell.root,
    form: raw.form ?? 'escaped',
    status,
    printedStatus: raw.estado ?? null,
    authorizationNumber: raw.numeroAutorizacion || null,
    printedAuthorizedAt: raw.fechaAutorizacion || null,
    authorizedAt,
    environment: environmentSaid(raw.ambiente),
    messages: raw.messages,
    comprobante: raw.comprobante ?? '',
  }
  return { ok: true, envelope, oddities }
}

function bare(text: string): Envelope {
  return {
    wrapper: null,
    form: 'bare',
    status: null,
    printedStatus: null,
    authorizationNumber: null,
    printedAuthorizedAt: null,
    authorizedAt: null,
    environment: null,
    messages: [],
    comprobante: text,
  }
}

const STATUSES: ReadonlyMap<string, AuthorizationStatus> = new Map([
  ['AUTORIZADO', 'authorized'],
  ['AUTORIZADA', 'authorized'],
  ['NO AUTORIZADO', 'rejected'],
  ['NO AUTORIZADA', 'rejected'],
  ['RECHAZADO', 'rejected'],
  ['RECHAZADA', 'rejected'],
  ['DEVUELTA', 'rejected'],
  ['EN PROCESO', 'in-process'],
  ['EN PROCESAMIENTO', 'in-process'],
])

function statusOf(printed: string | undefined): AuthorizationStatus | null {
  return STATUSES.get((printed ?? '').trim().toUpperCase()) ?? null
}

function environmentSaid(printed: string | undefined): Environment | null {
  const word = (printed ?? '').trim().toUpperCase()
  if (word === '2' || word.startsWith('PRODUCC')) return 'production'
  return word === '1' || word.startsWith('PRUEBA') ? 'test' : null
}

/** The name of the root element, without walking the document; empty when there is none. */
function rootNameOf(text: string): string {
  let at = 0
  for (;;) {
    at = text.indexOf('<', at)
    if (at === -1) return ''
    if (text.startsWith('<?', at)) at = text.indexOf('?>', at)
    else if (text.startsWith('<!--', at)) at = text.indexOf('-->', at)
    else break
    if (at === -1) return ''
  }
  let end = at + 1
  while (end < text.length && !NAME_ENDS.has(text[end] ?? '')) end += 1
  return text.slice(at + 1, end)
}

const NAME_ENDS = new Set([' ', '\t', '\n', '\r', '>', '/', '<'])
