import { describe, expect, it } from 'vitest'
import { issue } from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { bytesOf, invoice } from '../support/documents.ts'
import { bancoCeiboSigns, signedInvoice } from './documents.ts'
import { signOddly } from './odd-signer.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const ours = signedInvoice()
const xml = writeDocument(invoice())
const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(ours)?.[0] ?? ''
const inside = xml.slice(xml.indexOf('>') + 1, xml.lastIndexOf('</'))
/** What an attacker would rather have signed. */
const evil = inside.replace('<importeTotal>3.45<', '<importeTotal>3000.45<')
const open = '<factura id="comprobante" version="1.1.0">'

function put(from: string | RegExp, to: string, text = ours): string {
  const changed = text.replace(from, () => to)
  if (changed === text) throw new Error(`Nothing to change: ${from}`)
  return changed
}

/** Signed for good, with the attacker's arrangement already in it: no digest gives it away. */
function arranged(from: string | RegExp, to: string): string {
  return signOddly(xml, bancoCeiboSigns(), { arrange: (text) => put(from, to, text) })
}

function codeOf(text: string): string | null {
  const report = verifySignature(text)
  expect(report.sentence).toMatch(/^[A-ZÑÁÉÍÓÚ«].*\.$/)
  expect(report.verified).toBe(report.fault === null)
  return report.fault?.code ?? null
}

const documentReference = /<ds:Reference Id="R3".*?<\/ds:Reference>\n/s
const propertiesReference = /<ds:Reference Id="R1".*?<\/ds:Reference>\n/s
const transform = `<ds:Transform Algorithm="${DS}enveloped-signature"/>`
const xpath = `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::infoFactura)</ds:XPath></ds:Transform>`
const xslt = `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/></ds:Transform>`

const WRAPPED: [string, string, string][] = [
  [
    'the signed receipt inside a false one',
    `${open}${evil}<infoAdicional>${ours}</infoAdicional></factura>`,
    'signature-misplaced',
  ],
  [
    'the signed receipt beside its signature',
    `${open}${evil}<detalles>${xml}</detalles>${signature}</factura>`,
    'repeated-id',
  ],
  [
    'the signed receipt within its own signature',
    put(
      '<ds:Object Id="Signature-Object">',
      `<ds:Object Id="Signature-Object">${xml}`,
      `${open}${evil}${signature}</factura>`,
    ),
    'repeated-id',
  ],
  [
    'a false receipt without the id',
    put(
      '<ds:Object Id="Signature-Object">',
      `<ds:Object Id="Signature-Object">${xml}`,
      `<factura version="1.1.0">${evil}${signature}</factura>`,
    ),
    'root-id',
  ],
  [
    'a false receipt with another id',
    `<factura id="otro" version="1.1.0">${evil}<detalles>${xml}</detalles>${signature}</factura>`,
    'root-id',
  ],
  [
    'an Id that differs by its case',
    put('<infoFactura>', '<infoFactura Id="comprobante">'),
    'repeated-id',
  ],
  [
    'an id of the XML language',
    put('<infoFactura>', '<infoFactura xml:id="comprobante">'),
    'repeated-id',
  ],
  [
    'a second receipt after the signature',
    put('</ds:Signature>', `</ds:Signature>${inside}`),
    'signature-misplaced',
  ],
  ['two signatures', put(signature, signature + signature), 'several-signatures'],
  [
    'a signature that only looks like one',
    put(signature, `<Signature xmlns="urn:x"></Signature>${signature}`),
    'several-signatures',
  ],
  [
    'a signature of another namespace',
    put(`xmlns:ds="${DS}"`, 'xmlns:ds="urn:x"'),
    'signature-misplaced',
  ],
  [
    'a signature below something',
    put(signature, `<infoAdicional>${signature}</infoAdicional>`),
    'signature-misplaced',
  ],
  [
    'second properties with the same id',
    put(
      '</etsi:SignedProperties>',
      `</etsi:SignedProperties><etsi:X Id="Signature-SignedProperties"></etsi:X>`,
    ),
    'repeated-id',
  ],
  [
    'second properties beside the signed ones',
    ours.replace(
      /<etsi:SignedProperties.*<\/etsi:SignedProperties>/s,
      (all) => all.replace('Signature-SignedProperties', 'Falso') + all,
    ),
    'signature-form',
  ],
  ['a second KeyInfo', put('<ds:Object', '<ds:KeyInfo></ds:KeyInfo><ds:Object'), 'signature-form'],
  ['words between its parts', put('<ds:KeyInfo', 'hola<ds:KeyInfo'), 'signature-form'],
  ['no signature', xml, 'no-signature'],
]

describe('a signature moved to where it does not belong', () => {
  it.each(WRAPPED)('is refused: %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code)
  })
})

const SIGNED_SO: [string, string, string][] = [
  ['nothing signs the receipt', arranged(documentReference, ''), 'document-not-signed'],
  ['nothing signs the properties', arranged(propertiesReference, ''), 'properties-not-signed'],
  [
    'the properties are not called so',
    arranged('Type="http://uri.etsi.org/01903#SignedProperties" ', ''),
    'properties-not-signed',
  ],
  [
    'another reference is called so',
    arranged('URI="#Cert9"', 'URI="#Cert9" Type="http://uri.etsi.org/01903#SignedProperties"'),
    'properties-not-signed',
  ],
  ['the reference is empty', arranged('URI="#comprobante"', 'URI=""'), 'document-not-signed'],
  ['the reference is missing', arranged(' URI="#comprobante"', ''), 'outside-reference'],
  [
    'the reference leads to the network',
    arranged('URI="#Cert9"', 'URI="http://127.0.0.1:9/x"'),
    'outside-reference',
  ],
  [
    'the reference leads to a file',
    arranged('URI="#Cert9"', 'URI="file:///etc/passwd"'),
    'outside-reference',
  ],
  [
    'the reference is an expression',
    arranged('URI="#comprobante"', `URI="#xpointer(id('comprobante'))"`),
    'unknown-reference',
  ],
  ['the reference leads nowhere', arranged('URI="#Cert9"', 'URI="#Cert8"'), 'unknown-reference'],
  [
    'the reference leads to its own signature',
    arranged('URI="#Cert9"', 'URI="#Info9"'),
    'unknown-reference',
  ],
  [
    'the receipt is signed twice',
    arranged('URI="#Cert9"', 'URI="#comprobante"'),
    'document-not-signed',
  ],
  ['an XPath picks what is signed', arranged(transform, transform + xpath), 'transform-refused'],
  ['an XPath stands before', arranged(transform, xpath + transform), 'transform-refused'],
  ['a stylesheet makes what is signed', arranged(transform, transform + xslt), 'transform-refused'],
  ['a stylesheet is all there is', arranged(transform, xslt), 'transform-refused'],
  [
    'the receipt is taken for base64',
    arranged(transform, `${transform}<ds:Transform Algorithm="${DS}base64"/>`),
    'transform-refused',
  ],
  [
    'the signature is left in',
    arranged(/<ds:Transforms>.*?<\/ds:Transforms>/s, ''),
    'document-not-signed',
  ],
  [
    'the properties are transformed',
    arranged('URI="#Props9">', `URI="#Props9"><ds:Transforms>${xpath}</ds:Transforms>`),
    'transform-refused',
  ],
  [
    'the canonical form has comments',
    arranged('xml-c14n-20010315"', 'xml-c14n-20010315#WithComments"'),
    'canonicalization-refused',
  ],
  [
    'the canonical form has parameters',
    arranged(
      'c14n-20010315"/>',
      'c14n-20010315"><x:y xmlns:x="urn:x"/></ds:CanonicalizationMethod>',
    ),
    'signature-form',
  ],
  ['the signature is an HMAC', arranged(`${DS}rsa-sha1`, `${DS}hmac-sha1`), 'algorithm-refused'],
  [
    'the signature is an HMAC cut short',
    arranged(
      `Algorithm="${DS}rsa-sha1"/>`,
      `Algorithm="${DS}hmac-sha1"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>`,
    ),
    'algorithm-refused',
  ],
  [
    'the signature is of another kind',
    arranged(`${DS}rsa-sha1`, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'),
    'algorithm-refused',
  ],
  [
    'the signature is MD5',
    arranged(`${DS}rsa-sha1`, 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5'),
    'algorithm-refused',
  ],
  [
    'a digest is MD5',
    arranged(`${DS}sha1"/>`, 'http://www.w3.org/2001/04/xmldsig-more#md5"/>'),
    'algorithm-refused',
  ],
  [
    'there is no certificate',
    arranged(/<ds:X509Certificate>.*?<\/ds:X509Certificate>\n/s, ''),
    'signature-form',
  ],
  [
    'there is no certificate in it',
    arranged(
      /<ds:X509Certificate>.*?<\/ds:X509Certificate>/s,
      '<ds:X509Certificate>MIIB</ds:X509Certificate>',
    ),
    'certificate-unreadable',
  ],
  [
    'it names no certificate',
    arranged(/<etsi:SigningCertificate>.*<\/etsi:SigningCertificate>/s, ''),
    'no-signing-certificate',
  ],
]

describe('a signature that is made for good, but not of the receipt', () => {
  it.each(SIGNED_SO)('is refused: %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it('is refused when the attacker signs it all anew, in the name of somebody else', () => {
    const attacker = { keys: keyOf('atacante'), name: 'ATACANTE' }
    expect(codeOf(signOddly(xml, issue({ ...attacker, ruc: '1790000001001' })))).toBe('other-ruc')
    const { certificate } = bancoCeiboSigns()
    const { key } = issue(attacker)
    expect(codeOf(signOddly(xml, { key, certificate }))).toBe('value-mismatch')
  })

  it('is refused when it vouches for the same part twice', () => {
    const twice = signOddly(xml, bancoCeiboSigns(), {
      arrange: (text) => text.replace(documentReference, '$&$&'),
    })
    expect(codeOf(twice)).toBe('signature-form')
  })

  it('is refused when something follows in its certificate', () => {
    const { certificate } = bancoCeiboSigns()
    const longer = Buffer.concat([certificate.raw, Buffer.from('más')]).toString('base64')
    const element = /<ds:X509Certificate>[^<]*/
    expect(codeOf(arranged(element, `<ds:X509Certificate>${longer}`))).toBe(
      'certificate-unreadable',
    )
  })

  it('is refused when only the certificate beside it was changed', () => {
    const attacker = issue({ keys: keyOf('atacante') }).certificate.raw.toString('base64')
    const two = signOddly(xml, bancoCeiboSigns(), { references: 2 })
    const swapped = put(/<ds:X509Certificate>[^<]*/, `<ds:X509Certificate>${attacker}`, two)
    const { parts } = verifySignature(swapped)
    expect(parts.references).toEqual({ result: 'holds' })
    expect(parts.value).toMatchObject({ fault: { code: 'value-mismatch' } })
    expect(parts.signingCertificate).toMatchObject({ fault: { code: 'other-certificate' } })
  })
})

describe('a signed receipt that was changed', () => {
  const otherValue = /SignatureValue">([^<]*)/.exec(signedInvoice('rsa-sha256'))?.[1] ?? ''
  it.each([
    ['its amount', put('<importeTotal>3.45<', '<importeTotal>3.46<'), 'document-altered'],
    ['a blank between its elements', put('<detalles>', ' <detalles>'), 'document-altered'],
    ['text after its signature', put('</ds:Signature>', '</ds:Signature>x'), 'document-altered'],
    [
      'a namespace on its root',
      put(open, `${open.slice(0, -1)} xmlns:x="urn:x">`),
      'document-altered',
    ],
    ['its time', put('18:09:03-05:00', '18:09:04-05:00'), 'properties-altered'],
    ['a blank in its certificate', put('<ds:X509Data>', '<ds:X509Data> '), 'key-info-altered'],
    [
      'its digest',
      put(
        /<ds:DigestValue>[^<]*(?=<\/ds:DigestValue><\/ds:Reference><\/ds:SignedInfo>)/,
        '<ds:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      ),
      'document-altered',
    ],
    [
      'its value, for that of another',
      put(/(?<=SignatureValue">)[^<]*/, otherValue),
      'value-mismatch',
    ],
    ['its value, for nothing', put(/(?<=SignatureValue">)[^<]*/, ''), 'signature-form'],
    ['its value, for no base64', put(/(?<=SignatureValue">)[^<]*/, '¡hola!'), 'signature-form'],
  ])('is refused: %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it('tells each part apart', () => {
    const { parts, facts } = verifySignature(put('<importeTotal>3.45<', '<importeTotal>3.46<'))
    expect(parts.references.result).toBe('fails')
    const others = [parts.coverage, parts.value, parts.signingCertificate, parts.period]
    expect(others).toEqual(Array(4).fill({ result: 'holds' }))
    expect(facts?.certificate?.ruc).toBe('0990000000001')
  })
})

describe('a file that is no receipt to verify', () => {
  const deep = `${open}${'<a>'.repeat(12)}${'</a>'.repeat(12)}</factura>`
  it.each([
    [
      'with a DOCTYPE',
      `<!DOCTYPE factura [<!ENTITY x SYSTEM "file:///etc/passwd">]>${put('<ambiente>2', '<ambiente>&x;')}`,
      'doctype',
    ],
    [
      'with a DOCTYPE that gives ids',
      `<!DOCTYPE factura [<!ATTLIST factura otro ID #IMPLIED>]>${ours}`,
      'doctype',
    ],
    [
      'with a processing instruction',
      put('<detalles>', '<?x y?><detalles>'),
      'processing-instruction',
    ],
    ['too deep', deep, 'too-deep'],
    ['too large', put('</infoAdicional>', `${' '.repeat(330_000)}</infoAdicional>`), 'too-large'],
    ['cut off', ours.slice(0, -20), 'truncated'],
    [
      'with a prefix of nobody’s',
      put('<detalles>', '<x:detalles></x:detalles><detalles>'),
      'signature-form',
    ],
  ])('is refused: %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it.each([
    ['nothing', new Uint8Array(), 'empty'],
    ['a PDF', bytesOf('%PDF-1.7'), 'is-pdf'],
    [
      'letters that are no UTF-8',
      Buffer.from(ours.replace('María', 'Mar\u00eda'), 'latin1'),
      'not-utf8',
    ],
    ['XML of something else', bytesOf('<hola/>'), 'unknown-document'],
    [
      'an answer without receipt',
      bytesOf('<autorizacion><estado>NO AUTORIZADO</estado></autorizacion>'),
      'no-document',
    ],
  ])('is refused: %s', (_, bytes, code) => {
    const report = verifySignature(bytes)
    expect(report).toMatchObject({ verified: false, fault: { code }, facts: null })
    expect(report.parts.value).toMatchObject({ result: 'unknown', fault: { code: 'not-examined' } })
  })

  it('verifies when it declares, and is, Latin-1', () => {
    const signed = signOddly(xml, bancoCeiboSigns())
    const file = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>\n${signed}`, 'latin1')
    expect(verifySignature(file).verified).toBe(true)
  })
})
