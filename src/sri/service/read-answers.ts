import { type RawAuthorization, readShell } from '../envelope/envelope-shell.ts'
import { oneLine } from '../one-line.ts'
import { decodeXml } from '../xml/xml-text.ts'
import { type Operation, operations } from './operations.ts'
import { readSoap, type SoapElement } from './read-soap.ts'
import type {
  Answered,
  Authorization,
  AuthorizationAnswer,
  ConsultedState,
  Reception,
  ServiceFailure,
  SriMessage,
} from './sri-service.ts'

/**
 * Readers of what came back: small and strict. What is no answer of the contract is a failure and
 * says nothing about the document; words of the SRI that nobody knows are kept as they came.
 */

export function readReception(bytes: Uint8Array): Answered<Reception> {
  return readWith(bytes, operations.send, (answer) => {
    const state = textOf(answer, 'estado')
    if (state === null) throw new NotTheContract('no trae «estado»')
    const documents = children(answer, 'comprobantes', 'comprobante')
    const key = documents.map((one) => textOf(one, 'claveAcceso')).find((text) => text !== null)
    return {
      state,
      accessKey: key === undefined || key === NO_KEY ? null : key,
      messages: documents.flatMap(messagesOf),
    }
  })
}

/** @param asked the key of the question: an answer about another one is none. */
export function readAuthorization(bytes: Uint8Array, asked: string): Answered<AuthorizationAnswer> {
  return readWith(bytes, operations.authorization, (answer, text) => {
    const accessKey = textOf(answer, 'claveAccesoConsultada')
    mustBeAbout(accessKey, asked)
    const count = textOf(answer, 'numeroComprobantes')
    const found = children(answer, 'autorizaciones', 'autorizacion')
    const documents = documentsIn(text)
    if (documents.length !== found.length) throw new NotTheContract('trae autorizaciones sueltas')
    return {
      accessKey,
      count: count !== null && /^\d{1,9}$/.test(count) ? Number(count) : null,
      authorizations: found.map((one, at) => authorizationOf(one, documents[at])),
      raw: bytes,
    }
  })
}

/** @param asked the key of the question: an answer about another one is none. */
export function readConsulted(bytes: Uint8Array, asked: string): Answered<ConsultedState> {
  return readWith(bytes, operations.consult, (answer) => {
    const accessKey = textOf(answer, 'claveAcceso')
    mustBeAbout(accessKey, asked)
    const state = textOf(answer, 'estadoAutorizacion')
    const question = textOf(answer, 'estadoConsulta')
    if (state === null && question === null) throw new NotTheContract('no trae ningún estado')
    return {
      accessKey,
      state,
      refused: question === REFUSED || state === null,
      messages: messagesOf(answer),
    }
  })
}

/** What the SRI prints where it found no key in the document. */
const NO_KEY = 'N/A'
const REFUSED = 'RECHAZADA'

/** The answer is XML, and not what the contract of the service says; never leaves this file. */
class NotTheContract extends Error {}

type Read<T> = (answer: SoapElement, text: string) => T

function readWith<T>(bytes: Uint8Array, operation: Operation, read: Read<T>): Answered<T> {
  // How much is too much was decided while it came.
  const decoded = decodeXml(bytes, Number.POSITIVE_INFINITY)
  if (!decoded.ok) {
    const { code } = decoded.refusal
    if (code === 'empty') return failed('empty', 'La respuesta está vacía.')
    const what = code === 'is-html' ? 'una página web' : `algo que no es XML (${code})`
    return failed('not-xml', `La respuesta es ${what}.`)
  }
  const soap = readSoap(decoded.text)
  if (!soap.ok) return failed(...unreadable(soap.code))
  const { content } = soap
  try {
    if (content.name === 'Fault') return failed('fault', `El servicio falló: ${faultOf(content)}`)
    if (content.name !== `${operation.name}Response`) {
      throw new NotTheContract(`trae «${content.name}»`)
    }
    const answer = only(content, operation.answer)
    if (answer === null) throw new NotTheContract(`no trae «${operation.answer}»`)
    return { ok: true, answer: read(answer, decoded.text) }
  } catch (error) {
    if (!(error instanceof NotTheContract)) throw error
    return failed('unexpected', `La respuesta no es la del contrato: ${error.message}.`)
  }
}

/** What XML itself forbids is no XML; what only we forbid is an answer that nobody expects. */
const BROKEN = new Set(['malformed', 'truncated', 'control-character', 'unknown-entity'])

function unreadable(code: string): [ServiceFailure['kind'], string] {
  if (BROKEN.has(code)) return ['not-xml', `La respuesta es un XML mal formado (${code}).`]
  if (code === 'no-envelope') return ['unexpected', 'La respuesta es XML, pero no es SOAP.']
  return ['unexpected', `La respuesta trae lo que ninguna del SRI tiene (${code}).`]
}

const DETAIL_CHARACTERS_MAX = 300

export function failed(
  kind: ServiceFailure['kind'],
  detail: string,
): { readonly ok: false; readonly failure: ServiceFailure } {
  return { ok: false, failure: { kind, detail: oneLine(detail).slice(0, DETAIL_CHARACTERS_MAX) } }
}

function faultOf(fault: SoapElement): string {
  const said = [textOf(fault, 'faultcode'), textOf(fault, 'faultstring')]
  return said.filter((part) => part !== null).join(', ') || 'no dice por qué'
}

function mustBeAbout(accessKey: string | null, asked: string): void {
  if (accessKey === null || accessKey === asked.trim()) return
  throw new NotTheContract('contesta sobre otra clave de acceso')
}

function documentsIn(text: string): readonly RawAuthorization[] {
  const shell = readShell(text)
  if (!shell.ok) throw new NotTheContract(`no se puede leer el comprobante (${shell.refusal.code})`)
  return shell.authorizations
}

function authorizationOf(element: SoapElement, raw: RawAuthorization | undefined): Authorization {
  return {
    state: textOf(element, 'estado') ?? '',
    number: textOf(element, 'numeroAutorizacion'),
    authorizedAt: textOf(element, 'fechaAutorizacion'),
    environment: textOf(element, 'ambiente'),
    document: raw?.comprobante || null,
    messages: messagesOf(element),
  }
}

/** `mensajes/mensaje`, each with a `mensaje` of its own inside: it is the depth that tells them. */
function messagesOf(element: SoapElement): SriMessage[] {
  return children(element, 'mensajes', 'mensaje').map((message) => ({
    identifier: textOf(message, 'identificador') ?? '',
    text: textOf(message, 'mensaje') ?? '',
    additional: textOf(message, 'informacionAdicional'),
    type: textOf(message, 'tipo') ?? '',
  }))
}

function children(element: SoapElement, list: string, item: string): readonly SoapElement[] {
  return only(element, list)?.children.filter(({ name }) => name === item) ?? []
}

/** Trimmed; null when the element is missing or empty. */
function textOf(element: SoapElement, name: string): string | null {
  return only(element, name)?.text.trim() || null
}

/** Of an element that may come once; two of them contradict each other. */
function only(element: SoapElement, name: string): SoapElement | null {
  const [first = null, ...others] = element.children.filter((child) => child.name === name)
  if (others.length > 0) throw new NotTheContract(`trae «${name}» más de una vez`)
  return first
}
