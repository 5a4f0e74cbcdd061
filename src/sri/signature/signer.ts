import { hash, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import { guayaquilIso } from '../../values/day.ts'
import {
  algorithms,
  DOCUMENT_ID,
  DS,
  ENVELOPED,
  INCLUSIVE,
  SIGNED_PROPERTIES_TYPE,
  type SignatureAlgorithm,
  XADES,
} from './algorithms.ts'
import { isCanonical } from './canonical/canonical-text.ts'
import { readCertificate } from './certificate.ts'

/** A private key and its certificate, as `readPkcs12` gives them. */
export interface SigningIdentity {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}

export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /**
   * Signs a receipt: the same receipt at the same second gives the same bytes.
   *
   * @param xml what `writeDocument` wrote, with or without `XML_DECLARATION` before it
   * @param signedAt the instant that the signature names, to the second and in Ecuador's time; the
   *   SRI refuses one ahead of its own clock, so be a minute early rather than late
   * @returns the same text with `ds:Signature` as the last element of its root. These characters in
   *   UTF-8 are final: nothing may indent, re-encode or re-write them
   * @throws Error for a text that is not its own canonical form, without `id="comprobante"` or
   *   signed already: a fault of whoever made it
   */
  sign(xml: string, signedAt: Date): string
}

/** The ids need only differ from those of the receipt, which has one; so nothing here is random. */
const ID = {
  signature: 'Signature',
  signedInfo: 'Signature-SignedInfo',
  value: 'Signature-SignatureValue',
  properties: 'Signature-SignedProperties',
  propertiesReference: 'Signature-SignedPropertiesReference',
  keyInfo: 'Signature-KeyInfo',
  document: 'Signature-DocumentReference',
  object: 'Signature-Object',
} as const

const NAMESPACES = ` xmlns:ds="${DS}" xmlns:etsi="${XADES}"`
const DECLARATION = /^<\?xml [^<>]*\?>\n?/
const ROOT = new RegExp(`^<[A-Za-z]+ id="${DOCUMENT_ID}"`)

/**
 * Makes a signer of XAdES-BES, enveloped, in the form in which nearly every receipt of the country
 * is signed: three references, inclusive canonical form, `ds` and `etsi` declared on the signature.
 * All that depends on the certificate is made once, so that a signature costs little more than its
 * RSA operation; keep the signer as long as the certificate. It can be made in any thread.
 *
 * @param algorithm `rsa-sha1` is what everybody sends; `rsa-sha256` has passed in production
 * @throws Error when the key is no RSA key, or not that of the certificate
 */
export function createSigner(identity: SigningIdentity, algorithm: SignatureAlgorithm): Signer {
  const { key, certificate } = identity
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa') {
    throw new Error('Receipts are signed with a private RSA key')
  }
  if (!certificate.checkPrivateKey(key)) throw new Error('The key is not that of the certificate')
  const { hash: digestName } = algorithms[algorithm]
  const form = prepare(certificate, algorithm)
  return {
    algorithm,
    sign(xml, signedAt) {
      const { body, before } = bodyOf(xml)
      const time = guayaquilIso(signedAt)
      const digestOfProperties = hash(digestName, form.properties(time, NAMESPACES), 'base64')
      const digestOfDocument = hash(digestName, body, 'base64')
      const inside = form.signedInfo(digestOfProperties, digestOfDocument)
      const signed = Buffer.from(`<ds:SignedInfo${NAMESPACES}${inside}`)
      const value = sign(digestName, signed, key).toString('base64')
      const end = body.lastIndexOf('</')
      return (
        `${before}${body.slice(0, end)}<ds:Signature${NAMESPACES} Id="${ID.signature}">` +
        `<ds:SignedInfo${inside}<ds:SignatureValue Id="${ID.value}">${value}</ds:SignatureValue>` +
        `${form.keyInfo}<ds:Object Id="${ID.object}">` +
        `<etsi:QualifyingProperties Target="#${ID.signature}">${form.properties(time, '')}` +
        `</etsi:QualifyingProperties></ds:Object></ds:Signature>${body.slice(end)}`
      )
    },
  }
}

/** The text from its root on, once it is sure that hashing these characters is hashing the receipt. */
function bodyOf(xml: string): { readonly before: string; readonly body: string } {
  const before = DECLARATION.exec(xml)?.[0] ?? ''
  const body = xml.slice(before.length)
  if (!ROOT.test(body)) throw new Error(`A receipt to sign has id="${DOCUMENT_ID}" on its root`)
  if (body.includes('<ds:')) throw new Error('This receipt is signed already')
  if (!isCanonical(body)) throw new Error('A receipt to sign is its own canonical form')
  return { before, body }
}

interface PreparedForm {
  /** As it stands in the document. */
  readonly keyInfo: string
  /** @param namespaces those in scope, where the canonical form is wanted */
  properties(time: string, namespaces: string): string
  /** What follows `<ds:SignedInfo` and its namespaces. */
  signedInfo(digestOfProperties: string, digestOfDocument: string): string
}

/**
 * Everything is written in its canonical form: no empty-element tags, attributes in order. The
 * canonical form of a part that stands apart has the namespaces in scope on its first tag.
 */
function prepare(certificate: X509Certificate, algorithm: SignatureAlgorithm): PreparedForm {
  const { hash: digestName, method, digestMethod } = algorithms[algorithm]
  const digestAs = (value: string): string =>
    `<ds:DigestMethod Algorithm="${digestMethod}"></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue>`
  const insideKeyInfo = keyInfoOf(certificate)
  const digestOfKeyInfo = hash(digestName, `<ds:KeyInfo${NAMESPACES}${insideKeyInfo}`, 'base64')
  const [beforeTime, afterTime] = propertiesOf(
    certificate,
    digestAs(hash(digestName, certificate.raw, 'base64')),
  )
  const beforeProperties =
    ` Id="${ID.signedInfo}"><ds:CanonicalizationMethod Algorithm="${INCLUSIVE}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod>` +
    `<ds:Reference Id="${ID.propertiesReference}" Type="${SIGNED_PROPERTIES_TYPE}" URI="#${ID.properties}">`
  const beforeDocument =
    `</ds:Reference><ds:Reference URI="#${ID.keyInfo}">${digestAs(digestOfKeyInfo)}</ds:Reference>` +
    `<ds:Reference Id="${ID.document}" URI="#${DOCUMENT_ID}"><ds:Transforms>` +
    `<ds:Transform Algorithm="${ENVELOPED}"></ds:Transform></ds:Transforms>`
  return {
    keyInfo: `<ds:KeyInfo${insideKeyInfo}`,
    properties: (time, namespaces) =>
      `<etsi:SignedProperties${namespaces}${beforeTime}${time}${afterTime}`,
    signedInfo: (digestOfProperties, digestOfDocument) =>
      `${beforeProperties}${digestAs(digestOfProperties)}${beforeDocument}` +
      `${digestAs(digestOfDocument)}</ds:Reference></ds:SignedInfo>`,
  }
}

function keyInfoOf({ raw, publicKey }: X509Certificate): string {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const plain = (value: string): string => Buffer.from(value, 'base64url').toString('base64')
  return (
    ` Id="${ID.keyInfo}"><ds:X509Data><ds:X509Certificate>${raw.toString('base64')}</ds:X509Certificate>` +
    `</ds:X509Data><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${plain(n)}</ds:Modulus>` +
    `<ds:Exponent>${plain(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>`
  )
}

/** What stands before and after the time of the signature. */
function propertiesOf(
  certificate: X509Certificate,
  digest: string,
): [before: string, after: string] {
  const { issuerName, serial } = readCertificate(certificate)
  return [
    ` Id="${ID.properties}"><etsi:SignedSignatureProperties><etsi:SigningTime>`,
    `</etsi:SigningTime><etsi:SigningCertificate><etsi:Cert><etsi:CertDigest>${digest}</etsi:CertDigest>` +
      `<etsi:IssuerSerial><ds:X509IssuerName>${escaped(issuerName)}</ds:X509IssuerName>` +
      `<ds:X509SerialNumber>${serial}</ds:X509SerialNumber></etsi:IssuerSerial></etsi:Cert>` +
      `</etsi:SigningCertificate></etsi:SignedSignatureProperties><etsi:SignedDataObjectProperties>` +
      `<etsi:DataObjectFormat ObjectReference="#${ID.document}">` +
      `<etsi:Description>contenido comprobante</etsi:Description>` +
      `<etsi:MimeType>text/xml</etsi:MimeType></etsi:DataObjectFormat>` +
      `</etsi:SignedDataObjectProperties></etsi:SignedProperties>`,
  ]
}

/** As the canonical form of text has it; names of authorities hold control characters no more than CR. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
