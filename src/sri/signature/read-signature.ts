import {
  type CanonicalMode,
  canonicalModes,
  DS,
  type HashName,
  methods,
  type SignatureAlgorithm,
  XADES,
} from './algorithms.ts'
import type { XmlNode, XmlTree } from './canonical/xml-tree.ts'
import type { Said, SignatureFaultCode } from './messages.ts'
import { readReferences, type SignedReference } from './read-references.ts'
import {
  algorithmOf,
  all,
  base64,
  base64Text,
  digestOf,
  FormStopped,
  noChildren,
  only,
  optional,
  stop,
} from './signature-form.ts'

type Fault = Said<SignatureFaultCode>

/** The signature of a receipt, taken apart; nothing of it is verified but its form. */
export interface ReadSignature {
  readonly node: XmlNode
  readonly signedInfo: XmlNode
  readonly mode: CanonicalMode
  readonly algorithm: SignatureAlgorithm
  readonly references: readonly SignedReference[]
  readonly value: Buffer
  /** DER in base64 without blanks, at least one; a chain may stand beside the signer's. */
  readonly certificates: readonly string[]
  /** What stands beside the certificate; null when nothing does. */
  readonly modulus: Buffer | null
  readonly signingTime: string | null
  /** Null when the signature does not say which certificate it was made with. */
  readonly signingCertificate: {
    readonly hash: HashName
    readonly digest: Buffer
    readonly serial: string
  } | null
}

/**
 * Reads the one signature of a receipt and holds it to the one form in which it covers all of the
 * receipt: a single `ds:Signature`, last in the root; the root, by the only `id="comprobante"`, less
 * this signature; its SignedProperties, by their Type; at most its KeyInfo besides. Whatever would
 * let the signed and the shown drift apart ends here: other references and transforms, ids that
 * stand twice, parts that stand elsewhere.
 */
export function readSignature(
  tree: XmlTree,
):
  | { readonly ok: true; readonly signature: ReadSignature }
  | { readonly ok: false; readonly fault: Fault } {
  try {
    return { ok: true, signature: read(tree) }
  } catch (error) {
    if (error instanceof FormStopped) return { ok: false, fault: error.fault }
    throw error
  }
}

function read(tree: XmlTree): ReadSignature {
  const node = onlySignature(tree)
  const parts = new Map(node.children.map((child) => [child.local, child]))
  const order = node.children.map(({ local }) => local).join(' ')
  if (order !== 'SignedInfo SignatureValue KeyInfo Object') stop('signature-form', 'Signature')
  for (const child of node.children) if (child.namespace !== DS) stop('signature-form', child.name)
  const signedInfo = part(parts, 'SignedInfo')
  const keyInfo = part(parts, 'KeyInfo')
  const qualifying = only(part(parts, 'Object'), 'QualifyingProperties', XADES)
  const properties = only(qualifying, 'SignedProperties', XADES)
  for (const outer of [node, part(parts, 'Object'), qualifying]) noWords(outer)
  const method = only(signedInfo, 'SignatureMethod')
  const facts = methods.get(algorithmOf(method))
  if (facts === undefined) stop('algorithm-refused', algorithmOf(method))
  const canonicalization = algorithmOf(only(signedInfo, 'CanonicalizationMethod'))
  const mode = canonicalModes.get(canonicalization)
  if (mode === undefined) stop('canonicalization-refused', canonicalization)
  noChildren(method)
  noChildren(only(signedInfo, 'CanonicalizationMethod'))
  return {
    node,
    signedInfo,
    mode,
    algorithm: facts.algorithm,
    references: readReferences(tree, signedInfo, { properties, keyInfo }),
    value: base64(part(parts, 'SignatureValue')),
    certificates: readCertificates(keyInfo),
    modulus: readModulus(keyInfo),
    ...readProperties(properties),
  }
}

/** Nothing vouches for what stands between the parts. */
function noWords(node: XmlNode): void {
  if (node.text.trim() !== '') stop('signature-form', node.local)
}

function onlySignature({ root, nodes }: XmlTree): XmlNode {
  // One outside the namespace would be passed over here and might not be elsewhere.
  const signatures = nodes.filter(({ local }) => local === 'Signature')
  const [node] = signatures
  if (node === undefined) stop('no-signature')
  if (signatures.length > 1) stop('several-signatures')
  if (node.namespace !== DS || node.parent !== root || root.children.at(-1) !== node) {
    stop('signature-misplaced')
  }
  if (nodes.some(({ namespace }) => namespace === null)) stop('signature-form', 'xmlns')
  return node
}

function part(parts: ReadonlyMap<string, XmlNode>, name: string): XmlNode {
  return parts.get(name) ?? stop('signature-form', name)
}

function readCertificates(keyInfo: XmlNode): string[] {
  const certificates = all(keyInfo, 'X509Data').flatMap((data) => all(data, 'X509Certificate'))
  if (certificates.length === 0) stop('signature-form', 'X509Certificate')
  return certificates.map(base64Text)
}

function readModulus(keyInfo: XmlNode): Buffer | null {
  const value = optional(keyInfo, 'KeyValue')
  const rsa = value === null ? null : optional(value, 'RSAKeyValue')
  const modulus = rsa === null ? null : optional(rsa, 'Modulus')
  return modulus === null ? null : base64(modulus)
}

function readProperties(
  properties: XmlNode,
): Pick<ReadSignature, 'signingTime' | 'signingCertificate'> {
  const signed = only(properties, 'SignedSignatureProperties', XADES)
  const time = optional(signed, 'SigningTime', XADES)
  const holder = optional(signed, 'SigningCertificate', XADES)
  const signingTime = time === null ? null : time.text.trim()
  // The first is the signer's; those of a chain may follow.
  const certificate = holder === null ? undefined : all(holder, 'Cert', XADES)[0]
  if (certificate === undefined) return { signingTime, signingCertificate: null }
  const issuerSerial = only(certificate, 'IssuerSerial', XADES)
  const serial = only(issuerSerial, 'X509SerialNumber').text.trim()
  const digest = digestOf(only(certificate, 'CertDigest', XADES))
  return { signingTime, signingCertificate: { ...digest, serial } }
}
