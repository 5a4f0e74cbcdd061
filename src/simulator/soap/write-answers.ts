import { environmentOf } from '../../sri/access-key.ts'
import type { Operation } from '../../sri/service/operations.ts'
import { operations } from '../../sri/service/operations.ts'
import type { SriMessage } from '../../sri/service/sri-service.ts'
import { escapeText, SOAP_NAMESPACE } from '../../sri/service/write-soap.ts'
import { decodeXml } from '../../sri/xml/xml-text.ts'
import { guayaquilIso } from '../../values/day.ts'
import type { ReceptionVerdict } from '../judging/judge-reception.ts'
import { sriMessage } from '../judging/sri-messages.ts'
import type { Consulted } from '../simulated-sri.ts'
import type { Submission } from '../submission-store.ts'
import { AUTHORIZED, PENDING } from '../submission-store.ts'

/** The answers of the SRI in the shape in which it gives them: no declaration, no white space. */

export function writeReception(verdict: ReceptionVerdict): string {
  if (verdict.ok) return answer(operations.send, '<estado>RECIBIDA</estado><comprobantes/>')
  const key = element('claveAcceso', verdict.key ?? 'N/A')
  return answer(
    operations.send,
    `<estado>DEVUELTA</estado><comprobantes><comprobante>${key}${messages([verdict.message])}</comprobante></comprobantes>`,
  )
}

export function writeAuthorizations(key: string, found: readonly Submission[]): string {
  const count = element('numeroComprobantes', String(found.length))
  const list = found.length === 0 ? '<autorizaciones/>' : wrapped('autorizaciones', found)
  return answer(operations.authorization, element('claveAccesoConsultada', key) + count + list)
}

/** A key without the shape of one: an answer that refuses, so that nobody waits for another. */
export function writeMalformedKey(key: string): string {
  const refused = `<autorizaciones><autorizacion><estado>RECHAZADO</estado>${messages([sriMessage('80', key)])}</autorizacion></autorizaciones>`
  const asked = element('claveAccesoConsultada', key)
  return answer(
    operations.authorization,
    `${asked}<numeroComprobantes>1</numeroComprobantes>${refused}`,
  )
}

export function writeConsulted(key: string, consulted: Consulted): string {
  const asked = element('claveAcceso', key)
  if (!consulted.ok) {
    const said = messages([sriMessage('99', consulted.reason)])
    return answer(operations.consult, `<estadoConsulta>RECHAZADA</estadoConsulta>${asked}${said}`)
  }
  const { state, kindName, issuer, decidedAt } = consulted
  return answer(
    operations.consult,
    [
      `${asked}<mensajes/>`,
      element('estadoAutorizacion', state),
      element('tipoComprobante', kindName),
      element('rucEmisor', issuer),
      element('fechaAutorizacion', guayaquilIso(decidedAt)),
    ].join(''),
  )
}

export function writeFault(code: 'Client' | 'Server', text: string): string {
  return envelope(
    `<soap:Fault>${element('faultcode', `soap:${code}`)}${element('faultstring', text)}</soap:Fault>`,
  )
}

function answer({ namespace, name, answer: inside }: Operation, content: string): string {
  return envelope(
    `<ns2:${name}Response xmlns:ns2="${namespace}"><${inside}>${content}</${inside}></ns2:${name}Response>`,
  )
}

function envelope(body: string): string {
  return `<soap:Envelope xmlns:soap="${SOAP_NAMESPACE}"><soap:Body>${body}</soap:Body></soap:Envelope>`
}

function wrapped(name: string, found: readonly Submission[]): string {
  return `<${name}>${found.map(authorization).join('')}</${name}>`
}

/** Only what is authorised has a number; what is still being decided has neither day nor document. */
function authorization({ accessKey, state, dueAt, document, messages: said }: Submission): string {
  const production = environmentOf(accessKey.slice(23, 24)) === 'production'
  const decided = state === PENDING ? '' : element('fechaAutorizacion', guayaquilIso(dueAt))
  return [
    '<autorizacion>',
    element('estado', state),
    state === AUTHORIZED ? element('numeroAutorizacion', accessKey) : '',
    decided,
    element('ambiente', production ? 'PRODUCCIÓN' : 'PRUEBAS'),
    state === PENDING ? '' : `<comprobante>${cdata(textOf(document))}</comprobante>`,
    messages(said),
    '</autorizacion>',
  ].join('')
}

function messages(said: readonly SriMessage[]): string {
  if (said.length === 0) return '<mensajes/>'
  const printed = said.map(
    ({ identifier, text, additional, type }) =>
      `<mensaje>${element('identificador', identifier)}${element('mensaje', text)}${
        additional === null ? '' : element('informacionAdicional', additional)
      }${element('tipo', type)}</mensaje>`,
  )
  return `<mensajes>${printed.join('')}</mensajes>`
}

function element(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`
}

/** What ends a section is shared between two. */
function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** What was received has been decoded before. */
function textOf(document: Uint8Array): string {
  const decoded = decodeXml(document)
  return decoded.ok ? decoded.text : ''
}
