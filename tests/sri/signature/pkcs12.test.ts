import { createPrivateKey, createPublicKey } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Issued, issue, subAuthority } from '#fixtures/certificates/certificates.ts'
import { keyOf } from '#fixtures/certificates/keys.ts'
import { merged, pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { type Pkcs12Reading, readPkcs12 } from '#src/sri/signature/pkcs12.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { describeWithJudge, runTool } from '../../support/judges.ts'
import { bytesOf, invoice } from '../support/documents.ts'
import { bancoCeiboSigns, SIGNED_AT, signedInvoice } from './documents.ts'

const NOW = new Date('2026-11-16T12:00:00-05:00')
const PASSWORD = 'clave-de-prueba'

function read(bytes: Uint8Array, password = PASSWORD): Pkcs12Reading {
  return readPkcs12(bytes, password, NOW)
}

function refusalOf(reading: Pkcs12Reading): string {
  if (reading.ok) throw new Error('It was read')
  expect(reading.refusal.message).toMatch(/^(?:El|La) .*\..*\.$/)
  return reading.refusal.code
}

function expectPair(reading: Pkcs12Reading, issued: Issued): void {
  if (!reading.ok) throw new Error(reading.refusal.message)
  expect(reading.certificate.fingerprint256).toBe(issued.certificate.fingerprint256)
  expect(reading.certificate.checkPrivateKey(reading.key)).toBe(true)
}

describe('a PKCS#12 file', () => {
  it.each(['3des', 'aes256'] as const)('gives key, certificate and chain: %s', (algorithm) => {
    const reading = read(pkcs12(bancoCeiboSigns(), PASSWORD, { algorithm }))
    expectPair(reading, bancoCeiboSigns())
    const chain = reading.ok ? reading.chain.map(({ fingerprint256 }) => fingerprint256) : []
    expect(chain).toEqual(bancoCeiboSigns().chain.map(({ fingerprint256 }) => fingerprint256))
    if (!reading.ok) return
    const signer = createSigner(reading, 'rsa-sha1')
    expect(signer.sign(writeDocument(invoice()), SIGNED_AT)).toBe(signedInvoice())
  })

  it('gives the chain in order, whatever the file’s, and none when there is none', () => {
    const { certificate, chain } = bancoCeiboSigns()
    const backwards = pkcs12(bancoCeiboSigns(), PASSWORD, {
      certificates: [...chain].reverse().concat(certificate),
    })
    const reading = read(backwards)
    expectPair(reading, bancoCeiboSigns())
    expect(reading.ok && reading.chain[0]?.fingerprint256).toBe(chain[0]?.fingerprint256)
    const alone = read(pkcs12(bancoCeiboSigns(), PASSWORD, { certificates: [certificate] }))
    expect(alone.ok && alone.chain).toEqual([])
  })

  it('is refused with a wrong password, and with none', () => {
    for (const algorithm of ['3des', 'aes256'] as const) {
      const file = pkcs12(bancoCeiboSigns(), PASSWORD, { algorithm })
      for (const password of ['otra', '', PASSWORD.toUpperCase(), 'ñ']) {
        expect(refusalOf(read(file, password))).toBe('p12-password')
      }
      expect(refusalOf(read(merged([file]), 'otra'))).toBe('p12-password')
    }
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['text', bytesOf('hola')],
    ['a certificate alone', subAuthority().certificate.raw],
    ['a certificate in PEM', bytesOf(subAuthority().certificate.toString())],
    ['a receipt', bytesOf(signedInvoice())],
    ['half of one', pkcs12(bancoCeiboSigns(), PASSWORD).subarray(0, 900)],
  ])('is refused when it is %s', (_, bytes) => {
    expect(refusalOf(read(bytes))).toBe('p12-not-a-p12')
  })

  it('is refused when it is larger than any', () => {
    expect(refusalOf(read(new Uint8Array(1_048_577)))).toBe('p12-too-large')
  })

  it('is refused without a key, and with a key that no certificate belongs to', () => {
    const file = pkcs12(bancoCeiboSigns(), PASSWORD, { withoutKey: true })
    expect(refusalOf(read(file))).toBe('p12-no-key')
    const strange = pkcs12(bancoCeiboSigns(), PASSWORD, { certificates: bancoCeiboSigns().chain })
    expect(refusalOf(read(strange))).toBe('p12-no-certificate')
  })

  it('never makes the reader fall, whatever stands in it', () => {
    const file = pkcs12(bancoCeiboSigns(), PASSWORD)
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const altered = Buffer.from(file)
        altered[at] = byte
        const reading = read(altered)
        if (!reading.ok) refusalOf(reading)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a PKCS#12 file with several pairs', () => {
  const file = (...pairs: Issued[]) => merged(pairs.map((one) => pkcs12(one, PASSWORD)))
  const signs = bancoCeiboSigns()
  const encrypts = issue({
    keys: keyOf('cifrado'),
    usages: ['keyEncipherment'],
    to: '2030-01-01T00:00:00-05:00',
  })
  const expired = issue({ keys: keyOf('anterior'), to: '2026-01-01T00:00:00-05:00' })
  const longer = issue({ keys: keyOf('anterior'), to: '2028-01-01T00:00:00-05:00' })

  it.each([
    ['to sign before to encrypt', [encrypts, signs], signs],
    ['of today before expired', [expired, signs], signs],
    ['that lasts longest', [signs, longer], longer],
    ['to sign, though expired, before to encrypt', [encrypts, expired], expired],
    ['of a holder before an authority', [subAuthority(), encrypts], encrypts],
    ['that there is', [encrypts], encrypts],
  ])('gives the one %s, in any order', (_, pairs, chosen) => {
    expectPair(read(file(...pairs)), chosen)
    expectPair(read(file(...pairs.toReversed())), chosen)
  })

  it('gives the renewed certificate of the same key', () => {
    const renewed = issue({ to: '2029-01-01T00:00:00-05:00' })
    const certificates = [signs.certificate, renewed.certificate, ...signs.chain]
    expectPair(read(pkcs12(signs, PASSWORD, { certificates })), renewed)
  })
})

describeWithJudge('openssl', 'a PKCS#12 file that openssl wrote', () => {
  let folder = ''
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-p12-'))
    const { key, certificate, chain } = bancoCeiboSigns()
    fs.writeFileSync(path.join(folder, 'key.pem'), key.export({ type: 'pkcs8', format: 'pem' }))
    fs.writeFileSync(path.join(folder, 'certificate.pem'), certificate.toString())
    fs.writeFileSync(path.join(folder, 'chain.pem'), chain.map(String).join(''))
  })
  afterAll(() => fs.rmSync(folder, { recursive: true }))

  function exported(password: string, ...options: string[]): Buffer {
    const file = path.join(folder, 'out.p12')
    const secret = path.join(folder, 'password')
    fs.writeFileSync(secret, `${password}\n`)
    runTool('openssl', [
      ...['pkcs12', '-export', '-inkey', path.join(folder, 'key.pem')],
      ...['-in', path.join(folder, 'certificate.pem'), '-certfile', path.join(folder, 'chain.pem')],
      ...['-passout', `file:${secret}`, '-out', file, ...options],
    ])
    return fs.readFileSync(file)
  }

  it.each([
    ['as it is today: AES-256', []],
    ['as the old ones are: RC2-40 and 3DES', ['-legacy']],
    [
      'with 3DES throughout',
      ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
    [
      'with AES-128 and SHA-512',
      ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC', '-macalg', 'sha512'],
    ],
    ['with its certificates in the open', ['-certpbe', 'NONE']],
    ['without a checksum', ['-nomac']],
  ])('is read %s', (_, options) => {
    const file = exported(PASSWORD, ...options)
    expectPair(read(file), bancoCeiboSigns())
    expect(refusalOf(read(file, 'otra'))).toBe('p12-password')
  })

  it.each([
    ['accents', 'contraseña-señalada'],
    ['signs of money', '€uros-£'],
    ['an emoji', 'llave😀'],
    ['blanks and quotes', ' a "b" c '],
    ['nothing', ''],
  ])('is read with a password of %s, old and new', (_, password) => {
    expectPair(read(exported(password), password), bancoCeiboSigns())
    expectPair(read(exported(password, '-legacy'), password), bancoCeiboSigns())
  })

  it('is read with accents that were typed in two parts, or written by an old tool', () => {
    const password = 'año-único'
    expectPair(read(exported(password), password.normalize('NFD')), bancoCeiboSigns())
    // Before OpenSSL 1.1 each byte of UTF-8 was taken for a character.
    const old = Buffer.from(password, 'utf8').toString('latin1')
    expectPair(read(exported(old, '-legacy'), password), bancoCeiboSigns())
  })

  it('is refused when its key is of an elliptic curve', () => {
    const pem = runTool('openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
    ])
    expect(createPublicKey(createPrivateKey(pem)).asymmetricKeyType).toBe('ec')
    const [key, certificate] = [
      path.join(folder, 'ec.pem'),
      path.join(folder, 'ec-certificate.pem'),
    ]
    fs.writeFileSync(key, pem)
    runTool('openssl', [
      'req',
      '-x509',
      '-key',
      key,
      '-subj',
      '/CN=Curva',
      '-days',
      '30',
      '-out',
      certificate,
    ])
    const file = path.join(folder, 'ec.p12')
    runTool('openssl', [
      'pkcs12',
      '-export',
      '-inkey',
      key,
      '-in',
      certificate,
      '-passout',
      `pass:${PASSWORD}`,
      '-out',
      file,
    ])
    expect(refusalOf(read(fs.readFileSync(file)))).toBe('p12-not-rsa')
  })

  it('is refused when it wants us busy for hours', () => {
    const old = exported(PASSWORD, '-legacy', '-iter', '200001', '-nomac')
    expect(refusalOf(read(old))).toBe('p12-encryption')
    const modern = exported(PASSWORD, '-iter', '2000001', '-nomac')
    expect(refusalOf(read(modern))).toBe('p12-encryption')
  })
})

describe('what came from a file', () => {
  it('signs what verifies', () => {
    const reading = read(pkcs12(bancoCeiboSigns(), PASSWORD))
    if (!reading.ok) throw new Error(reading.refusal.message)
    const signer = createSigner(reading, 'rsa-sha256')
    expect(verifySignature(signer.sign(writeDocument(invoice()), SIGNED_AT)).verified).toBe(true)
  })
})
