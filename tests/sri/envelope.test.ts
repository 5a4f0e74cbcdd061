import { describe, expect, it } from 'vitest'
import { readAuthorizedAt } from '#src/sri/envelope/authorized-at.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { bytesOf, invoice, invoiceKey } from './support/documents.ts'

const document = writeDocument(invoice())
const file = `${XML_DECLARATION}\r\n${document}`

interface Shape {
  status?: string
  number?: string
  at?: string
  inside?: string
}

const cdata = (text: string) => `<![CDATA[${text}]]>`
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function authorization(name: string, shape: Shape = {}): string {
  const { status = 'AUTORIZADO', number = invoiceKey, inside = cdata(file) } = shape
  const at = shape.at ?? '2026-11-16T18:09:00-05:00'
  return `<${name}><estado>${status}</estado><numeroAutorizacion>${number}</numeroAutorizacion><fechaAutorizacion>${at}</fechaAutorizacion><ambiente>PRODUCCIÓN</ambiente><comprobante>${inside}</comprobante><mensajes><mensaje><identificador>60</identificador><mensaje>HECHO EN PRUEBAS</mensaje><tipo>ADVERTENCIA</tipo></mensaje></mensajes></${name}>`
}

const soap = (...answers: string[]) =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><ns2:autorizacionComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.autorizacion"><RespuestaAutorizacionComprobante><claveAccesoConsultada>${invoiceKey}</claveAccesoConsultada><numeroComprobantes>${answers.length}</numeroComprobantes><autorizaciones>${answers.join('')}</autorizaciones></RespuestaAutorizacionComprobante></ns2:autorizacionComprobanteResponse></soap:Body></soap:Envelope>`

function envelopeOf(text: string) {
  const inspection = inspectReceipt(bytesOf(text))
  if (!inspection.ok) throw new Error(inspection.refusal.code)
  return inspection.envelope
}

describe('the document', () => {
  it.each([
    ['autorizacion', 'CDATA', authorization('autorizacion'), file],
    ['Authorization', 'CDATA', authorization('Authorization'), file],
    ['autorizacion', 'CDATA', authorization('autorizacion', { inside: ` ${cdata(file)}\n` }), file],
    ['autorizacion', 'inline', authorization('autorizacion', { inside: document }), document],
    ['soap:RespuestaAutorizacionComprobante', 'CDATA', soap(authorization('autorizacion')), file],
    [
      'soap:RespuestaAutorizacionComprobante',
      'inline',
      soap(authorization('autorizacion', { inside: document })),
      document,
    ],
    [
      'soap:RespuestaAutorizacionComprobante',
      'escaped',
      soap(authorization('autorizacion', { inside: escaped(document) })),
      document,
    ],
    [null, 'bare', document, document],
  ])('is found in %s, %s', (wrapper, form, text, inside) => {
    for (const variant of [text, `\ufeff${text}`, `\n  ${XML_DECLARATION}\n${text}\n`]) {
      const envelope = envelopeOf(variant)
      expect({ wrapper: envelope.wrapper, form: envelope.form }).toEqual({ wrapper, form })
      if (form === 'bare') expect(envelope.comprobante.trim()).toContain(inside)
      else expect(envelope.comprobante).toBe(inside)
    }
  })

  it('is whole when it was cut into several sections', () => {
    const half = document.length >> 1
    const inside = `${cdata(document.slice(0, half))}${cdata(document.slice(half))}`
    expect(envelopeOf(authorization('autorizacion', { inside })).comprobante).toBe(document)
  })

  it('may follow white space and a byte order mark of its own', () => {
    const inside = cdata(`\n   \ufeff${file}`)
    expect(envelopeOf(authorization('autorizacion', { inside })).comprobante).toBe(
      `\n   \ufeff${file}`,
    )
  })

  it('is not searched in a comment', () => {
    const text = `<!-- ${authorization('autorizacion')} --><autorizacion></autorizacion>`
    const reading = readReceipt(bytesOf(text.replaceAll('--&gt;', '')))
    expect(reading.ok ? null : reading.refusal.code).toBe('no-document')
  })
})

describe('several answers for one key', () => {
  const rejected = authorization('autorizacion', { status: 'NO AUTORIZADO' })
  it('are settled by the authorised one', () => {
    expect(envelopeOf(soap(rejected, authorization('autorizacion'))).status).toBe('authorized')
    expect(envelopeOf(soap(authorization('autorizacion'), rejected)).status).toBe('authorized')
  })

  it('all rejected leave the last one', () => {
    expect(envelopeOf(soap(rejected, rejected)).status).toBe('rejected')
  })

  it('of documents with different keys are refused, whatever the numbers say', () => {
    const other = document.replace(invoiceKey, `${'1'.repeat(48)}0`)
    const both = [document, other].map((inside) =>
      authorization('autorizacion', { inside: cdata(inside) }),
    )
    const inspection = inspectReceipt(bytesOf(`<autorizaciones>${both.join('')}</autorizaciones>`))
    expect(inspection.ok ? null : inspection.refusal.code).toBe('several-documents')
  })

  it('never takes the document out of a comment', () => {
    const hidden = `<!-- ${cdata(document.replace(invoiceKey, `${'1'.repeat(48)}0`))} -->`
    const escaped = document.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const both = authorization('autorizacion', { inside: hidden + escaped })
    expect(envelopeOf(both).comprobante).toContain(invoiceKey)
  })

  it('of different keys are refused', () => {
    const other = `${invoiceKey.slice(0, 48)}${(Number(invoiceKey[48]) + 1) % 10}`
    const one = authorization('autorizacion', { inside: cdata(document.replace(invoiceKey, '')) })
    const both = `<autorizaciones>${one}${authorization('autorizacion', { number: other })}</autorizaciones>`
    const inspection = inspectReceipt(bytesOf(both))
    expect(inspection.ok ? null : inspection.refusal.code).toBe('several-documents')
  })
})

describe('what the SRI said', () => {
  it.each([
    ['AUTORIZADO', 'authorized'],
    ['NO AUTORIZADO', 'rejected'],
    ['RECHAZADO', 'rejected'],
    ['EN PROCESO', 'in-process'],
    ['EN PROCESAMIENTO', 'in-process'],
    ['QUIZÁS', null],
  ])('%s is %s', (status, expected) => {
    expect(envelopeOf(authorization('autorizacion', { status })).status).toBe(expected)
  })

  it('comes with its messages', () => {
    const { messages, environment } = envelopeOf(authorization('autorizacion'))
    expect(environment).toBe('production')
    expect(messages).toEqual([
      { identifier: '60', message: 'HECHO EN PRUEBAS', additional: '', type: 'ADVERTENCIA' },
    ])
  })

  it('about a document under another number is a warning', () => {
    const number = '0706201512424111900022130011234567890'
    const old = readReceipt(bytesOf(authorization('autorizacion', { number })))
    expect(old.ok && old.receipt.warnings).toEqual([])
    const strange = readReceipt(bytesOf(authorization('autorizacion', { number: '123' })))
    expect(strange.ok && strange.receipt.warnings.map(({ code }) => code)).toEqual([
      'authorization-mismatch',
    ])
  })

  it('gives the key when the document has none that can be read', () => {
    const inside = cdata(document.replace(invoiceKey, `${invoiceKey}A`))
    const reading = readReceipt(bytesOf(authorization('autorizacion', { inside })))
    expect(reading.ok && reading.receipt.accessKey).toBe(invoiceKey)
    expect(reading.ok && reading.receipt.warnings[0]?.code).toBe('key-from-authorization')
    const bare = readReceipt(bytesOf(document.replace(invoiceKey, `${invoiceKey}A`)))
    expect(bare.ok ? null : bare.refusal.code).toBe('key-malformed')
  })
})

describe('the moment of authorisation', () => {
  it.each([
    ['2025-05-28T10:18:34-05:00', '2025-05-28T10:18:34-05:00'],
    ['2015-06-07T12:42:41.700-05:00', '2015-06-07T12:42:41.700-05:00'],
    ['2022-12-12 14:59:53', '2022-12-12T14:59:53-05:00'],
    ['25/09/2025 17:52:29', '2025-09-25T17:52:29-05:00'],
    ['25/09/2025 05:52:29 PM', '2025-09-25T17:52:29-05:00'],
    ['25/09/2025 12:05:00 a. m.', '2025-09-25T00:05:00-05:00'],
    ['2025-05-28T15:18:34Z', '2025-05-28T10:18:34-05:00'],
    ['2025-05-28T02:18:34.5+00:00', '2025-05-27T21:18:34.500-05:00'],
    ['1748445514', '2025-05-28T10:18:34-05:00'],
    ['1748445514000', '2025-05-28T10:18:34.000-05:00'],
  ])('%s is %s', (printed, iso) => expect(readAuthorizedAt(printed)).toBe(iso))

  it.each([
    '',
    'ayer',
    '2025-02-31T10:00:00-05:00',
    '31/02/2025 10:00:00',
    '2025-05-28T25:00:00',
    '25/9/2025',
  ])('%j is not understood', (printed) => expect(readAuthorizedAt(printed)).toBeNull())
})
