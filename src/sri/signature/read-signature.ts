import {
  type CanonicalMode,
  canonicalModes,
  DOCUMENT_ID,
  DS,
  digestMethods,
  ENVELOPED,
  type HashName,
  methods,
  SIGNED_PROPERTIES_TYPE,
  type SignatureAlgorithm,
  XADES,
} from './algorithms.ts'
import type { XmlNode, XmlTree } from './canonical/xml-tree.ts'
import { type Said, type SignatureFaultCode, signatureFault } from './messages.ts'

type Fault = Said<SignatureFaultCode>

/** One digest that the signature vouches for. */
export interface SignedReference {
  readonly covers: 'document' | 'properties' | 'key-info'
  readonly node: XmlNode
  readonly mode: CanonicalMode
  readonly hash: HashName
  readonly digest: Buffer
}

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

/** Carries a fault out of the reader; never leaves this file. */
class FormStopped extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.code)
    this.fault = fault
  }
}

function stop(code: SignatureFaultCode, value?: string): never {
  throw new FormStopped(signatureFault(code, value === undefined ? {} : { value }))
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

function all(node: XmlNode, name: string, namespace = DS): XmlNode[] {
  return node.children.filter((child) => child.local === name && child.namespace === namespace)
}

function only(node: XmlNode, name: string, namespace = DS): XmlNode {
  const [child, second] = all(node, name, namespace)
  return child === undefined || second !== undefined ? stop('signature-form', name) : child
}

function optional(node: XmlNode, name: string, namespace = DS): XmlNode | null {
  return all(node, name, namespace).length === 0 ? null : only(node, name, namespace)
}

function algorithmOf(node: XmlNode): string {
  return node.attributes['Algorithm'] ?? stop('signature-form', `${node.local}/@Algorithm`)
}

/** Parameters would say more than the algorithm's name does. */
function noChildren(node: XmlNode): void {
  if (node.children.length > 0) stop('signature-form', node.local)
}

/** Whoever may be referred to: any attribute that some reader takes for an id counts. */
function idsOf({ nodes }: XmlTree): Map<string, XmlNode[]> {
  const ids = new Map<string, XmlNode[]>()
  for (const node of nodes) {
    for (const name in node.attributes) {
      if (!/^(?:[\w.-]+:)?id$/i.test(name)) continue
      const id = node.attributes[name] ?? ''
      const known = ids.get(id)
      if (known === undefined) ids.set(id, [node])
      else known.push(node)
    }
  }
  return ids
}

interface Signable {
  readonly properties: XmlNode
  readonly keyInfo: XmlNode
}

function readReferences(
  tree: XmlTree,
  signedInfo: XmlNode,
  { properties, keyInfo }: Signable,
): SignedReference[] {
  if (tree.root.attributes['id'] !== DOCUMENT_ID) stop('root-id')
  const ids = idsOf(tree)
  const references = all(signedInfo, 'Reference').map((reference): SignedReference => {
    const node = referred(reference, ids)
    const covers = node === tree.root ? 'document' : node === properties ? 'properties' : 'key-info'
    if (covers === 'key-info' && node !== keyInfo) {
      stop('unknown-reference', reference.attributes['URI'])
    }
    return { covers, node, ...digestOf(reference), mode: transformsOf(reference, covers) }
  })
  const typed = all(signedInfo, 'Reference').filter(
    ({ attributes }) => attributes['Type'] === SIGNED_PROPERTIES_TYPE,
  )
  const covered = references.map(({ covers }) => covers)
  if (new Set(covered).size < covered.length) stop('signature-form', 'Reference')
  if (!covered.includes('document')) stop('document-not-signed')
  const at = covered.indexOf('properties')
  const [type] = typed
  if (
    at === -1 ||
    typed.length !== 1 ||
    all(signedInfo, 'Reference').indexOf(type as XmlNode) !== at
  ) {
    stop('properties-not-signed')
  }
  return references
}

/** The element behind `#…`; never anything outside the document, and never the one of two. */
function referred(reference: XmlNode, ids: ReadonlyMap<string, XmlNode[]>): XmlNode {
  const uri = reference.attributes['URI']
  if (uri === undefined || !uri.startsWith('#')) {
    stop(uri === '' ? 'document-not-signed' : 'outside-reference', uri ?? 'Reference')
  }
  const id = uri.slice(1)
  const [node, second] = ids.get(id) ?? []
  if (node === undefined) stop('unknown-reference', uri)
  if (second !== undefined) stop('repeated-id', id)
  return node
}

/**
 * The document is signed less its signature, everything else as it is. The canonical form may be
 * named; XPath, XSLT and base64 would sign something other than what is read.
 */
function transformsOf(reference: XmlNode, covers: SignedReference['covers']): CanonicalMode {
  const holder = optional(reference, 'Transforms')
  const transforms = holder === null ? [] : [...holder.children]
  if (covers === 'document') {
    const first = transforms.shift()
    if (first === undefined) stop('document-not-signed')
    if (algorithmOf(first) !== ENVELOPED) stop('transform-refused', algorithmOf(first))
    noChildren(first)
  }
  const last = transforms.shift()
  if (last === undefined) return 'inclusive'
  const mode = canonicalModes.get(algorithmOf(last))
  const extra = transforms[0] ?? last.children[0]
  if (mode === undefined || extra !== undefined) {
    stop(
      'transform-refused',
      transforms[0] === undefined ? algorithmOf(last) : algorithmOf(transforms[0]),
    )
  }
  return mode
}

/** DigestMethod and DigestValue, wherever in the signature they stand. */
function digestOf(node: XmlNode): { hash: HashName; digest: Buffer } {
  const method = only(node, 'DigestMethod')
  const hash = digestMethods.get(algorithmOf(method))
  if (hash === undefined) stop('algorithm-refused', algorithmOf(method))
  noChildren(method)
  return { hash, digest: base64(only(node, 'DigestValue')) }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function base64Text(node: XmlNode): string {
  const text = node.text.replaceAll(/[ \t\r\n]/g, '')
  if (node.children.length > 0 || text === '' || !BASE64.test(text)) {
    stop('signature-form', node.local)
  }
  return text
}

function base64(node: XmlNode): Buffer {
  return Buffer.from(base64Text(node), 'base64')
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
