import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issue, rootAuthority, subAuthority } from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import type { SignatureAlgorithm } from '#src/sri/signature/algorithms.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeAuthorization, writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { describeWithJudge } from '../../support/judges.ts'
import { arbitraryDocument, kindsAndVersions } from '../support/arbitrary-document.ts'
import { bytesOf, invoice, invoiceKey } from '../support/documents.ts'
import { bancoCeiboSigns, everyKind, SIGNED_AT, signedInvoice } from './documents.ts'
import { canonical } from './odd-signer.ts'
import { xmlsecVerifies } from './xmlsec.ts'

const ALGORITHMS: SignatureAlgorithm[] = ['rsa-sha1', 'rsa-sha256']
const authorities = [rootAuthority().certificate, subAuthority().certificate]

describe('a receipt that we sign', () => {
  it.each(everyKind())(
    'verifies with both algorithms, bare and in its envelope: %s',
    (_, document) => {
      for (const algorithm of ALGORITHMS) {
        const signer = createSigner(bancoCeiboSigns(), algorithm)
        const xml = signer.sign(writeDocument(document), SIGNED_AT)
        const report = verifySignature(xml, { authorities })
        expect(report.sentence).toBe('Firmado por GERENTE FICTICIA BEGOÑA el 16 nov 2026, 18:09.')
        expect(new Set(Object.values(report.parts).map(({ result }) => result))).toEqual(
          new Set(['holds']),
        )
        expect(report.facts?.algorithm).toBe(algorithm)
        expect(report.facts?.signedAt).toEqual(new Date('2026-11-16T18:09:03-05:00'))
        const file = writeAuthorization({
          document: xml,
          number: invoiceKey,
          authorizedAt: '2026-11-16T18:10:00-05:00',
          environment: 'production',
        })
        expect(verifySignature(bytesOf(file)).verified).toBe(true)
      }
    },
  )

  it('verifies whatever it says, in every kind and version', () => {
    const signer = createSigner(bancoCeiboSigns(), 'rsa-sha1')
    for (const [kind, version] of kindsAndVersions) {
      fc.assert(
        fc.property(arbitraryDocument(kind, version), (document) => {
          const { parts } = verifySignature(signer.sign(writeDocument(document), SIGNED_AT))
          expect([parts.coverage, parts.references, parts.value]).toEqual(
            Array(3).fill({ result: 'holds' }),
          )
        }),
        { numRuns: 8 },
      )
    }
  })

  it('reads as the same receipt, now signed, and is the text it was but for the signature', () => {
    const xml = writeDocument(invoice())
    const signed = signedInvoice()
    const inspection = inspectReceipt(bytesOf(signed))
    expect(inspection).toMatchObject({ ok: true, signed: true, document: invoice(), oddities: [] })
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/s, '')).toBe(xml)
  })

  it('keeps the declaration, and is its own canonical form below it', () => {
    const signer = createSigner(bancoCeiboSigns(), 'rsa-sha1')
    const file = signer.sign(`${XML_DECLARATION}\n${writeDocument(invoice())}`, SIGNED_AT)
    expect(file).toBe(`${XML_DECLARATION}\n${signedInvoice()}`)
    const form = { mode: 'inclusive', withoutSignature: false } as const
    expect(canonical(file, '/*', form)).toBe(signedInvoice())
  })

  it('is the same bytes again, and others a second later', () => {
    const signer = createSigner(bancoCeiboSigns(), 'rsa-sha256')
    const xml = writeDocument(invoice())
    expect(signer.sign(xml, SIGNED_AT)).toBe(signedInvoice('rsa-sha256'))
    expect(signer.sign(xml, new Date(SIGNED_AT.getTime() + 1000))).not.toBe(
      signer.sign(xml, SIGNED_AT),
    )
  })

  it('names time, issuer and serial as most receipts of the country do', () => {
    const signed = signedInvoice()
    expect(signed).toContain('<etsi:SigningTime>2026-11-16T18:09:03-05:00</etsi:SigningTime>')
    expect(signed).toContain(
      '<ds:X509IssuerName>CN=AUTORIDAD FICTICIA SUBCA-1,OU=ENTIDAD DE CERTIFICACIÓN,O=FIRMAS DE PRUEBA\\, S.A.,C=EC</ds:X509IssuerName>',
    )
    expect(signed).toContain('<ds:X509SerialNumber>3416326785789919249</ds:X509SerialNumber>')
  })

  it('verifies when the authority’s name needs escaping', () => {
    const authority = issue({
      name: 'A & B <CA> "de prueba"+=#;',
      isAuthority: true,
      issuer: 'self',
      keys: keyOf('A & B'),
      to: '2040-01-01T00:00:00-05:00',
    })
    const signed = signedInvoice('rsa-sha1', issue({ issuer: authority }))
    const report = verifySignature(signed, { authorities: [authority.certificate] })
    expect(report.verified).toBe(true)
  })
})

describe('what is not signed', () => {
  const signer = createSigner(bancoCeiboSigns(), 'rsa-sha1')
  const xml = writeDocument(invoice())

  it.each([
    ['with carriage returns', xml.replace('<ambiente>', '\r\n<ambiente>')],
    ['with an empty-element tag', xml.replace('</factura>', '<maquinaFiscal/></factura>')],
    ['with single quotes', xml.replace('version="1.1.0"', "version='1.1.0'")],
    ['with a comment', xml.replace('<ambiente>', '<!-- x --><ambiente>')],
    ['with an open «>» in its text', xml.replace('<ambiente>2', '<ambiente>2>1')],
    [
      'with another reference than C14N writes',
      xml.replace('MARÍA', '&#77;ARÍA').replace('María', '&#77;aría'),
    ],
    ['without id', xml.replace(' id="comprobante"', '')],
    ['signed already', signedInvoice()],
  ])('a receipt %s: whoever made it is at fault', (_, text) => {
    expect(text).not.toBe(xml)
    expect(() => signer.sign(text, SIGNED_AT)).toThrow(Error)
  })

  it('anything with a key that is another’s, or no RSA key', () => {
    const { certificate } = bancoCeiboSigns()
    const stranger = keyOf('AUTORIDAD FICTICIA SUBCA-1').privateKey
    expect(() => createSigner({ key: stranger, certificate }, 'rsa-sha1')).toThrow(/not that/)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => createSigner({ key: privateKey, certificate }, 'rsa-sha1')).toThrow(/RSA/)
  })
})

describeWithJudge('xmlsec1', 'xmlsec1', () => {
  it.each(everyKind())('verifies what we sign: %s', (_, document) => {
    for (const algorithm of ALGORITHMS) {
      const signer = createSigner(bancoCeiboSigns(), algorithm)
      const xml = `${XML_DECLARATION}\n${signer.sign(writeDocument(document), SIGNED_AT)}`
      const { certificate } = bancoCeiboSigns()
      expect(() => xmlsecVerifies(xml, certificate)).not.toThrow()
      const altered = xml.replace(/<secuencial>\d/, '<secuencial>9')
      expect(() => xmlsecVerifies(altered, certificate)).toThrow(/xmlsec1/)
    }
  })
})
