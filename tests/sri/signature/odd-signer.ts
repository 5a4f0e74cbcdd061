import { createHash, sign, type X509Certificate } from 'node:crypto'
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'
import type { SigningIdentity } from '#src/sri/signature/signer.ts'

/** How others sign: each of these stands in some authorised receipt, or in an attack. */
export interface Oddities {
  readonly hash?: 'sha1' | 'sha256'
  readonly mode?: 'inclusive' | 'exclusive'
  /** Whether KeyInfo is signed as well. */
  readonly references?: 2 | 3
  /** As printed; null leaves it out. */
  readonly time?: string | null
  readonly prefix?: 'etsi' | 'xades'
  /** Certificates beside the signer's, before it. */
  readonly before?: readonly X509Certificate[]
  readonly keyValue?: string
  readonly lineEnd?: string
  /** The certificate that the signature says it was made with. */
  readonly named?: X509Certificate
  readonly issuerName?: string
  /** A last hand on the text before anything is digested. */
  readonly arrange?: (text: string) => string
}

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const HASHES = {
  sha1: { digest: `${DS}sha1`, method: `${DS}rsa-sha1` },
  sha256: {
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  },
} as const
const MODES = {
  inclusive: {
    uri: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    mode: XmlC14NMode.XML_C14N_1_0,
  },
  exclusive: {
    uri: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
  },
} as const

/**
 * Signs as the programs of others do: empty-element tags, line breaks, namespaces and ids of their
 * own, digests taken in place by libxml2. Shares nothing with the signer under test.
 */
export function signOddly(xml: string, identity: SigningIdentity, oddities: Oddities = {}): string {
  const { hash = 'sha1', mode = 'inclusive', lineEnd = '\n', arrange = (text) => text } = oddities
  const end = xml.lastIndexOf('</')
  const assembled = arrange(
    `${xml.slice(0, end)}${signature(identity, oddities)}${xml.slice(end)}`.replaceAll(
      '\n',
      lineEnd,
    ),
  )
  const digest = (path: string, ways: keyof typeof MODES): string => {
    const form = canonical(assembled, path, { mode: ways, withoutSignature: path === '/*' })
    return createHash(hash).update(form).digest('base64')
  }
  const digested = assembled
    .replaceAll('{properties}', () => digest("//*[local-name()='SignedProperties']", 'inclusive'))
    .replaceAll('{key-info}', () => digest("//*[local-name()='KeyInfo']", 'inclusive'))
    .replaceAll('{document}', () => digest('/*', mode))
  const form = canonical(digested, "//*[local-name()='SignedInfo']", {
    mode,
    withoutSignature: false,
  })
  const value = sign(hash, Buffer.from(form), identity.key).toString('base64')
  return digested.replace('{value}', () => value.replaceAll(/.{76}/g, `$&${lineEnd}`))
}

interface Form {
  readonly mode: keyof typeof MODES
  readonly withoutSignature: boolean
}

/** The canonical form of the one element that the path finds. */
export function canonical(xml: string, path: string, form: Form): string {
  const document = XmlDocument.fromString(xml)
  try {
    if (form.withoutSignature) document.get("/*/*[local-name()='Signature']")?.remove()
    const node = document.get(path)
    if (!(node instanceof XmlElement)) throw new Error(`Nothing at ${path}`)
    return node.canonicalizeToString({ mode: MODES[form.mode].mode })
  } finally {
    document.dispose()
  }
}

function signature({ certificate }: SigningIdentity, oddities: Oddities): string {
  const {
    hash = 'sha1',
    mode = 'inclusive',
    references = 3,
    prefix: x = 'etsi',
    before = [],
  } = oddities
  const { time = '2026-11-16T18:09:03-05:00', named = certificate } = oddities
  const method = `<ds:DigestMethod Algorithm="${HASHES[hash].digest}"/>`
  const reference = (attributes: string, name: string, transforms = ''): string =>
    `<ds:Reference ${attributes}>\n${transforms}${method}\n<ds:DigestValue>{${name}}</ds:DigestValue>\n</ds:Reference>\n`
  const extra = mode === 'exclusive' ? `<ds:Transform Algorithm="${MODES.exclusive.uri}"/>` : ''
  const transforms = `<ds:Transforms><ds:Transform Algorithm="${DS}enveloped-signature"/>${extra}</ds:Transforms>\n`
  const serial = BigInt(`0x${named.serialNumber}`)
  const certificates = [...before, certificate].map(
    ({ raw }) =>
      `<ds:X509Certificate>\n${raw.toString('base64').replaceAll(/.{76}/g, '$&\n')}\n</ds:X509Certificate>\n`,
  )
  const keyValue =
    oddities.keyValue === undefined
      ? ''
      : `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${oddities.keyValue}</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
  return (
    `<ds:Signature xmlns:ds="${DS}" Id="Firma9"><ds:SignedInfo Id="Info9">\n` +
    `<ds:CanonicalizationMethod Algorithm="${MODES[mode].uri}"/>\n` +
    `<ds:SignatureMethod Algorithm="${HASHES[hash].method}"/>\n` +
    reference(
      'Id="R1" Type="http://uri.etsi.org/01903#SignedProperties" URI="#Props9"',
      'properties',
    ) +
    (references === 3 ? reference('URI="#Cert9"', 'key-info') : '') +
    reference('Id="R3" URI="#comprobante"', 'document', transforms) +
    `</ds:SignedInfo>\n<ds:SignatureValue>\n{value}\n</ds:SignatureValue>\n` +
    `<ds:KeyInfo Id="Cert9"><ds:X509Data>${certificates.join('')}</ds:X509Data>${keyValue}</ds:KeyInfo>` +
    `<ds:Object><${x}:QualifyingProperties xmlns:${x}="http://uri.etsi.org/01903/v1.3.2#" Target="#Firma9">` +
    `<${x}:SignedProperties Id="Props9"><${x}:SignedSignatureProperties>` +
    (time === null ? '' : `<${x}:SigningTime>${time}</${x}:SigningTime>`) +
    `<${x}:SigningCertificate><${x}:Cert><${x}:CertDigest>${method}` +
    `<ds:DigestValue>${createHash(hash).update(named.raw).digest('base64')}</ds:DigestValue></${x}:CertDigest>` +
    `<${x}:IssuerSerial><ds:X509IssuerName>${oddities.issuerName ?? 'CN=Como sea'}</ds:X509IssuerName>` +
    `<ds:X509SerialNumber>${serial}</ds:X509SerialNumber></${x}:IssuerSerial></${x}:Cert></${x}:SigningCertificate>` +
    `</${x}:SignedSignatureProperties></${x}:SignedProperties></${x}:QualifyingProperties></ds:Object></ds:Signature>`
  )
}
