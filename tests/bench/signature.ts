import { signCreditNoteXml, signInvoiceXml } from 'ec-sri-invoice-signer'
import { issue, rootAuthority, subAuthority } from '#fixtures/certificates/certificates.ts'
import { pkcs12 } from '#fixtures/certificates/pkcs12.ts'
import { manyDocuments } from '#fixtures/receipts/many.ts'
import { createSigner } from '#src/sri/signature/signer.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument, XML_DECLARATION } from '#src/sri/xml/write-xml.ts'
import { signOddly } from '../sri/signature/odd-signer.ts'
import { bare, bareVerify, compare, perSecond, ratio } from './compare.ts'

const DOCUMENTS = 64
const PASSWORD = 'banco-de-pruebas'
const SIGNED_AT = new Date('2026-11-20T10:15:00-05:00')

/**
 * Signatures and verifications per second on one core: beside bare RSA-2048 of node:crypto, and
 * beside ec-sri-invoice-signer from npm with the same documents, key and certificate.
 */
export function benchSignature() {
  const identity = issue()
  const { key, certificate } = identity
  const file = pkcs12(identity, PASSWORD, { algorithm: '3des' })
  const documents = [...manyDocuments({ count: 200, people: 20 })].filter(
    ({ kind }) => kind === 'invoice' || kind === 'credit-note',
  )
  const unsigned = documents.slice(0, DOCUMENTS).map((document) => ({
    kind: document.kind,
    xml: `${XML_DECLARATION}\n${writeDocument(document)}`,
  }))
  const xmlAt = (at: number): string => unsigned[at % DOCUMENTS]?.xml ?? ''
  const sha1 = createSigner(identity, 'rsa-sha1')
  const sha256 = createSigner(identity, 'rsa-sha256')
  const signed = unsigned.map(({ xml }) => Buffer.from(sha1.sign(xml, SIGNED_AT)))
  const odd = unsigned.map(({ xml }) => Buffer.from(signOddly(xml, identity)))
  const authorities = [rootAuthority().certificate, subAuthority().certificate]
  const checked = (bytes: Buffer | undefined): void => {
    const report = verifySignature(bytes ?? '', { authorities })
    if (!report.verified) throw new Error(report.sentence)
  }
  const theirs = (at: number): string => {
    const { kind, xml } = unsigned[at % DOCUMENTS] ?? { kind: 'invoice', xml: '' }
    const signDocument = kind === 'invoice' ? signInvoiceXml : signCreditNoteXml
    return signDocument(xml, file, { pkcs12Password: PASSWORD })
  }
  const times = compare({
    bareSha1: bare('rsa-sha1', key),
    sha1: { count: 60, run: (at) => sha1.sign(xmlAt(at), SIGNED_AT) },
    bareSha256: bare('rsa-sha256', key),
    sha256: { count: 60, run: (at) => sha256.sign(xmlAt(at), SIGNED_AT) },
    theirs: { count: 1, run: theirs },
    bareVerify: bareVerify('rsa-sha1', key, certificate.publicKey),
    verifyOurs: { count: 120, run: (at) => checked(signed[at % DOCUMENTS]) },
    verifyOthers: { count: 60, run: (at) => checked(odd[at % DOCUMENTS]) },
  })
  return {
    documents: DOCUMENTS,
    signedBytes: Math.round(signed.reduce((sum, { length }) => sum + length, 0) / DOCUMENTS),
    barePerSecond: perSecond(times.bareSha1),
    perSecond: perSecond(times.sha1),
    ratio: ratio(times.bareSha1, times.sha1),
    sha256PerSecond: perSecond(times.sha256),
    sha256Ratio: ratio(times.bareSha256, times.sha256),
    goal: 0.9,
    ecSriInvoiceSignerPerSecond: perSecond(times.theirs),
    timesEcSriInvoiceSigner: Math.round(ratio(times.theirs, times.sha1)),
    timesGoal: 100,
    bareVerifyPerSecond: perSecond(times.bareVerify),
    verifyOursPerSecond: perSecond(times.verifyOurs),
    verifyOthersPerSecond: perSecond(times.verifyOthers),
  }
}
