import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readReception } from '#src/sri/service/read-answers.ts'
import { describeWithJudge, describeWithShared, runTool } from '../support/judges.ts'
import { invoiceOf, simulatorForAll } from './support.ts'

const world = simulatorForAll()
const SERVICES = [
  'RecepcionComprobantesOffline',
  'AutorizacionComprobantesOffline',
  'ConsultaComprobante',
]
const url = (service: string) => `${world.sri.origin}/comprobantes-electronicos-ws/${service}`

function post(body: string, type = 'text/xml; charset=utf-8') {
  return fetch(url('RecepcionComprobantesOffline'), {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  })
}

const envelope = (inside: string) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${inside}</e:Body></e:Envelope>`
const NAMESPACE = 'http://ec.gob.sri.ws.recepcion'
const base64 = () => invoiceOf().bytes.toString('base64')

const codes = async (response: Response) => {
  const read = readReception(Buffer.from(await response.arrayBuffer()))
  if (!read.ok) return read.failure.kind
  return read.answer.messages.map(({ identifier }) => identifier)
}

describe('a request', () => {
  it.each([
    [
      'with its parameter in no namespace',
      (xml: string) =>
        `<p:validarComprobante xmlns:p="${NAMESPACE}"><xml>${xml}</xml></p:validarComprobante>`,
      [],
    ],
    [
      'in lines',
      (xml: string) =>
        `<p:validarComprobante xmlns:p="${NAMESPACE}"><xml>\n${xml.replaceAll(/.{76}/g, '$&\n')}\n</xml></p:validarComprobante>`,
      [],
    ],
    [
      'with a qualified parameter',
      (xml: string) =>
        `<p:validarComprobante xmlns:p="${NAMESPACE}"><p:xml>${xml}</p:xml></p:validarComprobante>`,
      ['49'],
    ],
    [
      'with a parameter in the namespace by default',
      (xml: string) =>
        `<validarComprobante xmlns="${NAMESPACE}"><xml>${xml}</xml></validarComprobante>`,
      ['49'],
    ],
    ['without its parameter', () => `<p:validarComprobante xmlns:p="${NAMESPACE}"/>`, ['49']],
    [
      'in another namespace',
      (xml: string) =>
        `<p:validarComprobante xmlns:p="http://ec.gob.sri.ws.consultas"><xml>${xml}</xml></p:validarComprobante>`,
      'fault',
    ],
    [
      'with no namespace',
      (xml: string) => `<validarComprobante><xml>${xml}</xml></validarComprobante>`,
      'fault',
    ],
    [
      'for another operation',
      () => `<p:autorizacionComprobante xmlns:p="http://ec.gob.sri.ws.autorizacion"/>`,
      'fault',
    ],
    [
      'that is no base64',
      () => `<p:validarComprobante xmlns:p="${NAMESPACE}"><xml>¿qué?</xml></p:validarComprobante>`,
      'fault',
    ],
  ])('%s', async (_how, inside, said) => {
    const response = await post(envelope(inside(base64())))
    expect(response.status).toBe(said === 'fault' ? 500 : 200)
    expect(await codes(response)).toEqual(said)
  })

  it.each(['', 'hola', '<x/>', '<!DOCTYPE x><x/>', envelope('')])(
    '%j is answered with a fault',
    async (body) => {
      const response = await post(body)
      expect(response.status).toBe(500)
      expect(await codes(response)).toBe('fault')
    },
  )

  it('of another type, another method or another place is refused', async () => {
    expect((await post(envelope(''), 'application/json')).status).toBe(415)
    expect((await fetch(url('RecepcionComprobantesOffline'))).status).toBe(405)
    expect((await fetch(url('RecepcionComprobantesLote'))).status).toBe(404)
    expect((await fetch(url('toString'), { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${world.sri.origin}/otra`)).status).toBe(404)
  })

  it('larger than any is not read to its end, and the next one is answered', async () => {
    const large = await post('x'.repeat(3 * 1024 * 1024)).catch(() => null)
    expect(large?.status ?? 413).toBe(413)
    expect((await post(envelope(''))).status).toBe(500)
  })
})

describeWithJudge('xmllint', 'the contracts', () => {
  it.each(SERVICES)('%s is XML, with its own address', async (service) => {
    const wsdl = await (await fetch(`${url(service)}?wsdl`)).text()
    runTool('xmllint', ['--noout', '-'], wsdl)
    expect(wsdl).toContain(`<soap:address location="${url(service)}"/>`)
  })
})

/** Operations, styles, and every element of the schema that holds a value, with its type. */
function contractIn(wsdl: string, operation: string) {
  const leaves = [...wsdl.matchAll(/<xs:element\b[^>]*>/g)]
    .map(([tag]) => [/\bname="(\w+)"/.exec(tag)?.[1], /\btype="(xs:\w+)"/.exec(tag)?.[1]].join(' '))
    .filter((leaf) => / xs:(?!anyType)/.test(leaf))
  return {
    namespace: /targetNamespace="([^"]+)"/.exec(wsdl)?.[1],
    unqualified: wsdl.includes('elementFormDefault="unqualified"'),
    operation: wsdl.includes(`<wsdl:operation name="${operation}">`),
    action: [...new Set([...wsdl.matchAll(/soapAction="([^"]*)"/g)].map(([, action]) => action))],
    leaves: [...new Set(leaves)].filter((leaf) => !/Lote/.test(leaf)).sort(),
  }
}

describeWithShared('the contracts of the data pack', (shared) => {
  it.each([
    ['celcer-RecepcionComprobantesOffline.wsdl', 0, 'validarComprobante'],
    ['celcer-AutorizacionComprobantesOffline.wsdl', 1, 'autorizacionComprobante'],
    ['reconstructed-celcer-ConsultaComprobante.wsdl', 2, 'consultarEstadoAutorizacionComprobante'],
  ])('%s says the same', async (file, at, operation) => {
    const theirs = fs.readFileSync(path.join(shared, 'sri/wsdl', file), 'utf8')
    const ours = await (await fetch(`${url(SERVICES[at] ?? '')}?wsdl`)).text()
    expect(contractIn(ours, operation)).toEqual(contractIn(theirs, operation))
  })
})
