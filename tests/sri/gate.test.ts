import { describe, expect, it } from 'vitest'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { XML_BYTES_MAX } from '#src/sri/xml/xml-text.ts'
import { authorized, bytesOf, invoice } from './support/documents.ts'

const document = writeDocument(invoice())
const answer = authorized()

function refusalOf(input: string | Uint8Array) {
  const reading = readReceipt(typeof input === 'string' ? bytesOf(input) : input)
  if (reading.ok) throw new Error('It was taken')
  return reading.refusal
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

const nested = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`
const insideInvoice = (xml: string) => document.replace('<detalles>', `${xml}<detalles>`)

describe('a file that is no receipt', () => {
  it.each([
    ['empty', ''],
    ['empty', '\ufeff \n\t'],
    ['is-pdf', '%PDF-1.7\n'],
    ['is-zip', 'PK\u0003\u0004'],
    ['is-html', '<!doctype html><html></html>'],
    ['is-html', '<html><head></head></html>'],
    ['is-json', '{"factura": {}}'],
    ['is-json', '[1]'],
    ['not-xml', 'clave\tnumero\n1\t2'],
    ['unknown-document', '<otro><algo/></otro>'],
    ['unknown-document', '<lote version="1.0.0"><claveAcceso>1</claveAcceso></lote>'],
    ['no-document', '<autorizacion><estado>AUTORIZADO</estado></autorizacion>'],
  ])('is refused as %s', (code, text) => expect(refusalOf(text).code).toBe(code))

  it('is refused in UTF-16, with and without its mark', () => {
    const utf16 = Uint8Array.from(Buffer.from(document, 'utf16le'))
    expect(refusalOf(utf16).code).toBe('is-utf16')
    expect(refusalOf(Uint8Array.from([0xff, 0xfe, ...utf16])).code).toBe('is-utf16')
    expect(refusalOf(Uint8Array.from([0xfe, 0xff, 0, 0x3c])).code).toBe('is-utf16')
  })
})

describe('size', () => {
  it('of 320 KB is refused, a byte less is looked at', () => {
    const padded = (bytes: number) => bytesOf(answer + ' '.repeat(bytes - bytesOf(answer).length))
    expect(refusalOf(padded(XML_BYTES_MAX)).code).toBe('too-large')
    expect(readReceipt(padded(XML_BYTES_MAX - 1)).ok).toBe(true)
  })
})

describe('encodings', () => {
  it('that are declared and kept are read', () => {
    const declared = (name: string) => answer.replace('encoding="UTF-8"', `encoding="${name}"`)
    for (const name of ['utf-8', 'utf8', 'UTF8'])
      expect(readReceipt(bytesOf(declared(name))).ok).toBe(true)
    for (const name of ['ISO-8859-1', 'iso-8859-1', 'latin1', 'LATIN1']) {
      const reading = readReceipt(latin1(declared(name)))
      const info = reading.ok ? reading.receipt.document.content.infoTributaria : undefined
      expect(info?.dirMatriz).toBe('Av. 9 de Octubre y Malecón, Guayaquil')
    }
  })

  it('that lie are refused', () => {
    const declared = (name: string) => answer.replace('encoding="UTF-8"', `encoding="${name}"`)
    expect(refusalOf(latin1(answer)).code).toBe('not-utf8')
    expect(refusalOf(bytesOf(declared('ISO-8859-1'))).code).toBe('encoding-mismatch')
    expect(refusalOf(declared('windows-1252')).code).toBe('unsupported-encoding')
    expect(refusalOf(declared('UTF-7')).code).toBe('unsupported-encoding')
    expect(refusalOf(Uint8Array.from([...bytesOf('<factura>'), 0xc0, 0xaf])).code).toBe('not-utf8')
  })
})

describe('hostile XML', () => {
  const bomb = '<!DOCTYPE factura [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
  it.each([
    ['doctype', `${XML_DECLARATION}${bomb}${document}`],
    ['doctype', `<!DOCTYPE factura SYSTEM "http://localhost/x.dtd">${document}`],
    ['doctype', authorized(`${XML_DECLARATION}${bomb}${document}`)],
    ['doctype', `${XML_DECLARATION}<!DOCTYPE autorizacion>${answer.replace(XML_DECLARATION, '')}`],
    ['unknown-entity', document.replace('BANCO CEIBO', '&nbsp;')],
    ['unknown-entity', document.replace('BANCO CEIBO', '&xxe;')],
    ['processing-instruction', document.replace('<detalles>', '<?php echo 1 ?><detalles>')],
    ['processing-instruction', `<?xml-stylesheet href="x"?>${document}`],
    ['too-deep', insideInvoice(nested(13))],
    ['too-deep', `<autorizacion><comprobante>${nested(30)}</comprobante></autorizacion>`],
    ['too-many-attributes', document.replace('<detalles>', `<detalles ${attributes(41)}>`)],
    ['control-character', document.replace('BANCO', 'BAN\u0001CO')],
    ['control-character', document.replace('BANCO', 'BAN&#1;CO')],
    ['truncated', document.slice(0, -5)],
    ['truncated', document.slice(0, 700)],
    ['truncated', answer.slice(0, 900)],
    ['malformed', `${document}<otra></otra>`],
    ['malformed', document.replace('</infoFactura>', '</infoOtra>')],
    ['malformed', document.replace('id="comprobante"', 'id="comprobante" id="otro"')],
    ['malformed', document.replace('id="comprobante"', 'id=comprobante')],
    ['mixed-text', document.replace('<infoFactura>', '<infoFactura>hola')],
    ['mixed-text', document.replace('BANCO CEIBO', '<b>BANCO</b> CEIBO')],
    ['repeated-element', document.replace('<estab>', '<estab>999</estab><estab>')],
    [
      'repeated-element',
      document.replace('<detalles>', '<infoTributaria></infoTributaria><detalles>'),
    ],
    ['repeated-element', answer.replace('<estado>', '<estado>OTRO</estado><estado>')],
    [
      'repeated-element',
      answer.replace('</comprobante>', '</comprobante><comprobante></comprobante>'),
    ],
    [
      'repeated-element',
      document.replace('</factura>', '<Signature></Signature><Signature></Signature></factura>'),
    ],
  ])('is refused as %s', (code, text) => {
    const refusal = refusalOf(text)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(/^[A-ZÁÉÍÓÚÑ].*\.$/u)
    expect(refusal.message).not.toMatch(/Error|undefined|null|\bat \//)
  })

  it('names field and line', () => {
    const spread = document.replaceAll('><', '>\n<')
    const refusal = refusalOf(spread.replace('<estab>', '<estab>999</estab>\n<estab>'))
    expect(refusal).toMatchObject({ code: 'repeated-element', field: 'infoTributaria.estab' })
    expect(refusal.line).toBe(
      spread.split('\n').findIndex((line) => line.startsWith('<estab>')) + 2,
    )
  })

  it('does not let a comment hide or make a value', () => {
    const commented = document.replace('0990000000001', '09900<!-- 1 -->00000001')
    const reading = readReceipt(bytesOf(authorized(commented)))
    const info = reading.ok ? reading.receipt.document.content.infoTributaria : undefined
    expect(info?.ruc).toBe('0990000000001')
  })

  it('cannot reach the prototype of anything', () => {
    const strange = insideInvoice(
      '<__proto__><polluted>1</polluted></__proto__><constructor>1</constructor>',
    )
    const reading = readReceipt(bytesOf(authorized(strange)))
    expect(reading.ok && reading.receipt.warnings.map(({ code }) => code)).toEqual([
      'unknown-element',
      'unknown-element',
    ])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

function attributes(count: number): string {
  return Array.from({ length: count }, (_, at) => `a${at}="1"`).join(' ')
}
