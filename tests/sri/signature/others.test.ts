import { describe, expect, it } from 'vitest'
import {
  issue,
  rootAuthority,
  strangeAuthority,
  subAuthority,
} from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { describeWithJudge } from '../../support/judges.ts'
import { authorized, bytesOf, changed, invoice } from '../support/documents.ts'
import { bancoCeiboSigns } from './documents.ts'
import { type Oddities, signOddly } from './odd-signer.ts'
import { xmlsecVerifies } from './xmlsec.ts'

const xml = `${XML_DECLARATION}\n${writeDocument(invoice())}`

const WAYS: [string, Oddities][] = [
  ['three references, SHA-1', {}],
  ['SHA-256', { hash: 'sha256' }],
  ['two references', { references: 2 }],
  ['exclusive canonical form', { mode: 'exclusive', hash: 'sha256' }],
  ['the prefix xades', { prefix: 'xades' }],
  ['lines that end as in Windows', { lineEnd: '\r\n' }],
  [
    'a namespace that the root declares',
    {
      arrange: (text) =>
        text.replace(
          '<factura ',
          '<factura xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ',
        ),
    },
  ],
  [
    'a language on the root',
    { arrange: (text) => text.replace('<factura ', '<factura xml:lang="es" ') },
  ],
  [
    'comments and CDATA',
    {
      arrange: (text) => text.replace('BANCO CEIBO S.A.', '<![CDATA[BANCO CEIBO]]><!-- x --> S.A.'),
    },
  ],
  [
    'single quotes and character references',
    {
      arrange: (text) =>
        text.replace('version="1.1.0"', "version='1.1.0'").replace('María', 'Mar&#237;a'),
    },
  ],
  ['an emoji', { arrange: (text) => text.replace('noviembre', 'noviembre 😀') }],
  [
    'blanks around the signature',
    {
      arrange: (text) =>
        text
          .replace('<ds:Signature ', '\n  <ds:Signature ')
          .replace('</ds:Signature>', '</ds:Signature>\n'),
    },
  ],
]

describe('a receipt that somebody else signed', () => {
  it.each(WAYS)('verifies with %s', (_, oddities) => {
    const signed = signOddly(xml, bancoCeiboSigns(), oddities)
    const report = verifySignature(bytesOf(signed))
    expect(report.sentence).toBe('Firmado por GERENTE FICTICIA BEGOÑA el 16 nov 2026, 18:09.')
    expect(verifySignature(bytesOf(authorized(signed))).verified).toBe(true)
    const altered = signed.replace('<secuencial>000018710<', '<secuencial>000018711<')
    expect(verifySignature(bytesOf(altered)).fault?.code).toBe('document-altered')
  })

  it('verifies when it is long, wherever its letters lie', () => {
    const long = changed({ line: { descripcion: 'ñandú, €'.repeat(25) } })
    const lines = Array.from({ length: 60 }, () => long.content.detalles?.[0] ?? {})
    const document = writeDocument({ ...long, content: { ...long.content, detalles: lines } })
    const signed = signOddly(document, bancoCeiboSigns())
    expect(signed.length).toBeGreaterThan(30_000)
    expect(verifySignature(signed).verified).toBe(true)
  })

  it.each([
    ['2026-11-16T23:09:03Z', '2026-11-16T23:09:03.000Z'],
    ['2026-11-16T18:09:03.120-05:00', '2026-11-16T23:09:03.120Z'],
    ['2026-11-16T18:09:03.1234567-05:00', '2026-11-16T23:09:03.123Z'],
    ['2026-11-17T00:09:03+01:00', '2026-11-16T23:09:03.000Z'],
    ['2026-11-16T18:09:03', '2026-11-16T23:09:03.000Z'],
  ])('was signed when it says: %s', (time, instant) => {
    const report = verifySignature(signOddly(xml, bancoCeiboSigns(), { time }))
    expect(report.verified).toBe(true)
    expect(report.facts?.signedAt?.toISOString()).toBe(instant)
  })

  it('verifies without a time, and says that it has none', () => {
    const report = verifySignature(signOddly(xml, bancoCeiboSigns(), { time: null }))
    expect(report).toMatchObject({ verified: true, facts: { signedAt: null } })
    expect(report.parts.period).toMatchObject({
      result: 'unknown',
      fault: { code: 'no-signing-time' },
    })
    expect(report.sentence).toContain('no dice cuándo')
  })

  it('verifies with the certificate that it names, wherever that stands in a chain', () => {
    const { chain } = bancoCeiboSigns()
    const signed = signOddly(xml, bancoCeiboSigns(), { before: chain })
    const report = verifySignature(signed, { authorities: [rootAuthority().certificate] })
    expect(report.verified).toBe(true)
    expect(report.parts.chain).toEqual({ result: 'holds' })
  })

  it('verifies beside a KeyValue that is nobody’s, with a doubt', () => {
    const signed = signOddly(xml, bancoCeiboSigns(), { keyValue: 'gDB1QwkXUCeVZSVnIDmIGZBiYBQD' })
    const report = verifySignature(signed)
    expect(report.verified).toBe(true)
    expect(report.parts.value).toMatchObject({
      result: 'doubtful',
      fault: { code: 'key-value-differs' },
    })
  })
})

describe('the certificate of a signature', () => {
  const certificates = {
    'certificate-expired': issue({ to: '2026-11-16T18:09:02-05:00' }),
    'certificate-not-yet': issue({ from: '2026-11-16T18:09:04-05:00' }),
    'not-for-signing': issue({ usages: ['cRLSign'] }),
    'certificate-of-authority': issue({ isAuthority: true }),
    'other-ruc': issue({ ruc: '1790000001001' }),
    'other-person': issue({ ruc: null, cedula: '0912345675' }),
    'no-ruc': issue({ ruc: null, cedula: null }),
    'weak-key': issue({ keys: keyOf('corta', 1024) }),
  }

  it.each(Object.entries(certificates))('fails for its own reason alone: %s', (code, signs) => {
    const { fault, parts } = verifySignature(signOddly(xml, signs))
    expect(fault?.code).toBe(code)
    const failed = Object.values(parts).filter(({ result }) => result === 'fails')
    // Whatever is an authority's names no holder either.
    expect(failed.length).toBe(code === 'certificate-of-authority' ? 2 : 1)
  })

  it('may be one for encryption, with a doubt', () => {
    const report = verifySignature(signOddly(xml, issue({ usages: ['keyEncipherment'] })))
    expect(report.verified).toBe(true)
    expect(report.parts.purpose).toMatchObject({
      result: 'doubtful',
      fault: { code: 'for-encryption' },
    })
  })

  it('may lack the RUC when its cédula is the beginning of the issuer’s', () => {
    const signs = issue({ ruc: null, cedula: '0990000000' })
    expect(verifySignature(signOddly(xml, signs)).verified).toBe(true)
  })

  it('has a last and a first second', () => {
    const signs = issue({ from: '2026-11-16T18:09:03-05:00', to: '2026-11-16T18:09:03-05:00' })
    expect(verifySignature(signOddly(xml, signs)).parts.period).toEqual({ result: 'holds' })
  })

  it('is the one that the signature says it was made with', () => {
    // The same key, holder and serial; another certificate all the same.
    const named = issue({ to: '2030-01-01T00:00:00-05:00' }).certificate
    const signed = signOddly(xml, bancoCeiboSigns(), { named })
    expect(verifySignature(signed).fault?.code).toBe('other-certificate')
    const serial = signOddly(xml, bancoCeiboSigns(), {
      arrange: (text) => text.replace('<ds:X509SerialNumber>3', '<ds:X509SerialNumber>4'),
    })
    expect(verifySignature(serial).fault?.code).toBe('other-certificate')
    const time = verifySignature(signOddly(xml, bancoCeiboSigns(), { time: 'ayer' }))
    expect(time.fault?.code).toBe('signing-time-form')
  })

  it.each([
    ['is unknown when no authorities are given', undefined, 'unknown'],
    ['holds below an authority that is trusted itself', [subAuthority().certificate], 'holds'],
    ['holds below both', [rootAuthority().certificate, subAuthority().certificate], 'holds'],
    ['fails when the link to the root is missing', [rootAuthority().certificate], 'fails'],
    ['fails below a stranger', [strangeAuthority().certificate], 'fails'],
    ['fails when nobody is trusted', [], 'fails'],
  ])('has a chain that %s', (_, authorities, result) => {
    const signed = signOddly(xml, bancoCeiboSigns())
    const report = verifySignature(signed, authorities === undefined ? {} : { authorities })
    expect(report.parts.chain.result).toBe(result)
    expect(report.verified).toBe(result !== 'fails')
  })

  it('has a chain that must have been valid when it was signed, each time anew', () => {
    const authority = issue({
      name: 'AUTORIDAD FICTICIA BREVE',
      isAuthority: true,
      issuer: 'self',
      keys: keyOf('AUTORIDAD FICTICIA BREVE'),
      to: '2026-11-16T20:00:00-05:00',
    })
    const signs = issue({ issuer: authority })
    const authorities = [authority.certificate]
    const at = (time: string) => verifySignature(signOddly(xml, signs, { time }), { authorities })
    expect(at('2026-11-16T19:59:00-05:00').verified).toBe(true)
    expect(at('2026-11-16T20:01:00-05:00').fault?.code).toBe('untrusted-authority')
    expect(at('2026-11-16T19:59:30-05:00').verified).toBe(true)
  })

  it('does not come from whoever only bears the authority’s name', () => {
    const false_ = issue({
      name: subAuthority().name,
      isAuthority: true,
      issuer: 'self',
      keys: keyOf('impostora'),
    })
    const signed = signOddly(xml, issue({ issuer: false_ }), { before: [false_.certificate] })
    const authorities = [rootAuthority().certificate, subAuthority().certificate]
    expect(verifySignature(signed, { authorities }).fault?.code).toBe('untrusted-authority')
  })

  it('does not come from a holder who plays the authority', () => {
    // Its key is limited to nothing; but it is no authority.
    const holder = issue({ usages: null })
    const signs = issue({ issuer: holder, keys: keyOf('hija') })
    const signed = signOddly(xml, signs, { before: holder.chain.concat(holder.certificate) })
    const report = verifySignature(signed, { authorities: [rootAuthority().certificate] })
    expect(report.fault?.code).toBe('untrusted-authority')
  })
})

describeWithJudge('xmlsec1', 'xmlsec1', () => {
  it.each(WAYS)('agrees on %s', (_, oddities) => {
    const signed = signOddly(xml, bancoCeiboSigns(), oddities)
    expect(() => xmlsecVerifies(signed, bancoCeiboSigns().certificate)).not.toThrow()
  })
})
