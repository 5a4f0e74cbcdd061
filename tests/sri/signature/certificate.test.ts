import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ARCS,
  type CertificateWish,
  issue,
  rootAuthority,
  strangeAuthority,
  subAuthority,
} from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { readCertificate } from '#src/sri/signature/certificate.ts'
import { examineCertificate } from '#src/sri/signature/examine-certificate.ts'
import { describeWithJudge, runTool } from '../../support/judges.ts'
import { bancoCeiboSigns } from './documents.ts'

describe('what a certificate says', () => {
  it('is whose it is, until when, for what and from whom', () => {
    expect(readCertificate(bancoCeiboSigns().certificate)).toEqual({
      name: 'GERENTE FICTICIA BEGOÑA',
      ruc: '0990000000001',
      cedula: '0912345675',
      validFrom: new Date('2025-01-15T09:00:00-05:00'),
      validTo: new Date('2027-01-15T09:00:00-05:00'),
      keyUsages: ['digitalSignature', 'nonRepudiation', 'keyEncipherment'],
      authorityName: 'AUTORIDAD FICTICIA SUBCA-1',
      serial: '3416326785789919249',
      issuerName:
        'CN=AUTORIDAD FICTICIA SUBCA-1,OU=ENTIDAD DE CERTIFICACIÓN,O=FIRMAS DE PRUEBA\\, S.A.,C=EC',
      isAuthority: false,
      selfIssued: false,
      rsaBits: 2048,
    })
  })

  it.each(Object.entries(ARCS))('is read below the arc of %s', (_, arc) => {
    const facts = readCertificate(issue({ arc }).certificate)
    expect(facts).toMatchObject({ ruc: '0990000000001', cedula: '0912345675' })
  })

  it('holds no number that is not one', () => {
    const facts = readCertificate(issue({ ruc: '0990000000', cedula: '09123' }).certificate)
    expect(facts).toMatchObject({ ruc: null, cedula: null })
  })

  it('is without limits when it names no usage', () => {
    expect(readCertificate(issue({ usages: null }).certificate).keyUsages).toBeNull()
  })

  it('names no mail address, telephone or street of its holder', () => {
    const withMail = issue({ name: 'gerente@banco.ejemplo.ec' })
    const said = JSON.stringify(readCertificate(withMail.certificate))
    expect(said).not.toMatch(/@|Inventada|042000000/)
  })

  it('has a serial number wider than any number', () => {
    const serial = '7fffffffffffffffffffffffffffffffffffff01'
    const facts = readCertificate(issue({ serial }).certificate)
    expect(facts.serial).toBe(BigInt(`0x${serial}`).toString())
  })
})

describeWithJudge('openssl', 'openssl', () => {
  it('names issuer and serial as we do', () => {
    const { certificate } = issue({
      issuer: issue({ name: 'Ñ, "x" <y>; + #z', isAuthority: true }),
    })
    const facts = readCertificate(certificate)
    const pem = certificate.toString()
    const name = runTool(
      'openssl',
      ['x509', '-noout', '-issuer', '-nameopt', 'RFC2253,-esc_msb,utf8'],
      pem,
    )
    expect(`issuer=${facts.issuerName}`).toBe(name.trim())
    const serial = runTool('openssl', ['x509', '-noout', '-serial'], pem)
    expect(`serial=${BigInt(facts.serial).toString(16).toUpperCase()}`).toBe(serial.trim())
  })

  it('reads an elliptic curve’s certificate: it says so', () => {
    const pem = runTool('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', '/dev/null', '-subj', '/CN=Curva/emailAddress=a@b.ec', '-days', '30'],
    ])
    const certificate = new X509Certificate(pem)
    const facts = readCertificate(certificate)
    expect(facts).toMatchObject({ name: 'Curva', rsaBits: null, selfIssued: true })
    expect(facts.issuerName).toMatch(/^1\.2\.840\.113549\.1\.9\.1=#1606[0-9a-f]{12},CN=Curva$/)
    const codes = examineCertificate(certificate, context).map(({ code }) => code)
    expect(codes).toContain('not-rsa')
  })
})

const now = new Date('2026-11-16T12:00:00-05:00')
const context = { issuerRuc: '0990000000001', now }
const authorities = [rootAuthority().certificate, subAuthority().certificate]

describe('a certificate that is uploaded to sign', () => {
  it('is well when it is the issuer’s, of today and of an authority that is known', () => {
    const { certificate, chain } = bancoCeiboSigns()
    expect(examineCertificate(certificate, context)).toEqual([])
    expect(examineCertificate(certificate, { ...context, authorities })).toEqual([])
    const root = [rootAuthority().certificate]
    expect(examineCertificate(certificate, { ...context, authorities: root, chain })).toEqual([])
  })

  const WISHES: [string, CertificateWish, string[]][] = [
    ['expired', { to: '2026-11-16T11:59:59-05:00' }, ['error expired']],
    ['not valid yet', { from: '2026-11-16T12:00:01-05:00' }, ['error not-yet-valid']],
    ['about to expire', { to: '2026-12-16T11:59:00-05:00' }, ['warning expires-soon']],
    ['of another RUC', { ruc: '1790000001001' }, ['error other-ruc']],
    ['of a person with that RUC', { ruc: null, cedula: '0990000000' }, []],
    ['of another person', { ruc: null }, ['error other-person']],
    ['of nobody', { ruc: null, cedula: null }, ['error no-ruc']],
    ['for encryption', { usages: ['keyEncipherment'] }, ['warning for-encryption']],
    ['for nothing of this', { usages: ['cRLSign'] }, ['error not-for-signing']],
    ['without limits', { usages: null }, []],
    ['of an authority', { isAuthority: true }, ['error is-authority', 'error no-ruc']],
    ['of nobody but itself', { issuer: 'self' }, ['error self-signed']],
    ['of a stranger', { issuer: strangeAuthority() }, ['error untrusted-authority']],
    ['of a short key', { keys: keyOf('corta', 1024) }, ['error weak-key']],
    [
      'wrong in all, errors first',
      { ruc: null, cedula: null, usages: ['keyEncipherment'], issuer: 'self' },
      ['error no-ruc', 'error self-signed', 'warning for-encryption'],
    ],
  ]

  it.each(WISHES)('is told when it is %s', (_, wish, expected) => {
    const findings = examineCertificate(issue(wish).certificate, { ...context, authorities })
    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(expected)
    for (const { message } of findings) expect(message).toMatch(/^(?:El|La) .*[^.]\. .*\.$|: .*\.$/)
  })
})
