import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { XML_BYTES_MAX } from '#src/sri/xml/xml-text.ts'
import { arbitraryDocument, kindsAndVersions } from './support/arbitrary-document.ts'
import { authorized, bytesOf } from './support/documents.ts'

/** Reads, and holds the answer to what is promised of every answer. */
function read(bytes: Uint8Array): void {
  const reading = readReceipt(bytes)
  if (reading.ok) {
    expect(reading.receipt.accessKey).toMatch(/^\d{49}$/)
    expect(reading.receipt.summary.concept.length).toBeLessThanOrEqual(160)
    expect(reading.receipt.summary.issuedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
    return
  }
  const { message, code } = reading.refusal
  expect(code).toMatch(/^[a-z0-9-]+$/)
  expect(message).toMatch(/^[A-ZÁÉÍÓÚÑ].*\.$/su)
  expect(message.length).toBeLessThan(500)
}

it('never throws on bytes of any kind', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read))
  const start = fc.constantFrom(
    '<',
    '<?xml ',
    '<factura>',
    '<autorizacion><comprobante>',
    '\ufeff<',
  )
  fc.assert(
    fc.property(start, fc.string({ maxLength: 60 }), (head, rest) => read(bytesOf(head + rest))),
  )
})

it('never throws on a receipt with a few bytes changed', () => {
  const original = bytesOf(authorized())
  const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = Uint8Array.from(original)
      for (const [at, byte] of changes) bytes[at] = byte
      read(bytes)
    }),
    { numRuns: 500 },
  )
})

it('takes whatever was authorised, however odd', () => {
  for (const [kind, version] of kindsAndVersions) {
    for (const document of fc.sample(arbitraryDocument(kind, version), 8)) {
      const bytes = bytesOf(authorized(writeDocument(document)))
      const reading = readReceipt(bytes)
      // The day in a random key is seldom one of the calendar; the guía has no other.
      const codes = reading.ok ? [] : [reading.refusal.code]
      expect(['', 'day-missing']).toContain(codes.join())
      read(bytes)
    }
  }
})

it('looks at the largest and worst documents without tiring', () => {
  const fill = (piece: string, around: (inside: string) => string): Uint8Array => {
    const room = XML_BYTES_MAX - 1 - bytesOf(around('')).length
    return bytesOf(around(piece.repeat(Math.floor(room / bytesOf(piece).length))))
  }
  const worst = [
    fill('<a>', (inside) => inside),
    fill('<b/>', (inside) => `<factura>${inside}</factura>`),
    fill('&amp;', (inside) => `<factura>${inside}</factura>`),
    fill('<', (inside) => inside),
    fill('<!--', (inside) => `<factura>${inside}`),
    fill('<!-- -->', (inside) => `<factura>${inside}</factura>`),
    fill(
      '<![CDATA[]]>',
      (inside) => `<autorizacion><comprobante>${inside}</comprobante></autorizacion>`,
    ),
    fill(' a="1"', (inside) => `<factura${inside}/>`),
    fill(
      '9',
      (inside) =>
        `<factura><infoFactura><importeTotal>${inside}</importeTotal></infoFactura></factura>`,
    ),
    fill('n', (inside) => `<${inside}/>`),
    fill(
      '<autorizacion><comprobante/></autorizacion>',
      (inside) => `<autorizaciones>${inside}</autorizaciones>`,
    ),
    fill('<detalle></detalle>', (inside) => `<factura><detalles>${inside}</detalles></factura>`),
  ]
  for (const bytes of worst) {
    expect(bytes.length).toBeLessThan(XML_BYTES_MAX)
    expect(() => inspectReceipt(bytes)).not.toThrow()
    read(bytes)
  }
})
