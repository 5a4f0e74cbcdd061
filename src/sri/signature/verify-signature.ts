import { hash as createDigest, verify, type X509Certificate } from 'node:crypto'
import { GUAYAQUIL_OFFSET } from '../../values/day.ts'
import { readEnvelope } from '../envelope/envelope.ts'
import { type Refusal, refuse } from '../messages.ts'
import { decodeXml, XML_BYTES_MAX } from '../xml/xml-text.ts'
import { algorithms } from './algorithms.ts'
import { type CanonicalForm, canonicalForms } from './canonical/canonical-forms.ts'
import { readTree, type XmlTree } from './canonical/xml-tree.ts'
import {
  judgeChain,
  judgeHolder,
  judgeKey,
  judgePeriod,
  judgePurpose,
  judgeSigningCertificate,
} from './judge-certificate.ts'
import { type OpenedCertificate, openCertificate } from './known-certificates.ts'
import { signatureFault } from './messages.ts'
import { type ReadSignature, readSignature } from './read-signature.ts'
import {
  type Finding,
  fails,
  holds,
  reportOf,
  reportUnreadable,
  type SignatureParts,
  type SignatureReport,
} from './signature-report.ts'

export interface VerifyOptions {
  /**
   * Certificates of authorities that are trusted, be they roots or what stands below; without them
   * the chain stays `unknown`. Receipts carry the signer's certificate only, so give both.
   */
  readonly authorities?: readonly X509Certificate[]
}

const CHAIN_CERTIFICATES_MAX = 8

/**
 * Verifies the signature of a receipt, ours or anybody's: XAdES-BES with RSA and SHA-1 or SHA-256,
 * two or three references, inclusive or exclusive canonical form. Nothing is believed but what is
 * computed from the document given; nothing outside it is ever looked up, no revocation either.
 *
 * SHA-1 is verified because nearly every receipt of the country is signed with it; a Node.js whose
 * OpenSSL forbids it (FIPS) reports those as not corresponding to their key.
 *
 * Never throws for what a document holds. Source: XMLDSig 1.1, XAdES 1.3.2 and the SRI's «ficha técnica».
 *
 * @param file the bytes of a file, in its envelope or bare; or, as text, the receipt itself just as
 *   its envelope holds it (`Envelope.comprobante`)
 */
export function verifySignature(
  file: Uint8Array | string,
  options: VerifyOptions = {},
): SignatureReport {
  const given = typeof file === 'string' ? { ok: true as const, text: file } : textOf(file)
  if (!given.ok) return reportUnreadable(given.refusal)
  if (given.text.length >= XML_BYTES_MAX) return reportUnreadable(refuse('too-large'))
  const text = given.text.trimStart().replace(DECLARATION, '')
  const reading = readTree(text)
  if (!reading.ok) return reportUnreadable(reading.refusal)
  const { tree } = reading
  const signed = readSignature(tree)
  if (!signed.ok) return reportUnreadable(signed.fault)
  return judge(text, tree, signed.signature, options)
}

const DECLARATION = /^<\?xml\s[^>]*\?>\s*/

function textOf(
  bytes: Uint8Array,
):
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly refusal: Refusal } {
  const decoded = decodeXml(bytes)
  if (!decoded.ok) return decoded
  const reading = readEnvelope(decoded.text)
  return reading.ok ? { ok: true, text: reading.envelope.comprobante } : reading
}

function judge(
  text: string,
  tree: XmlTree,
  signature: ReadSignature,
  { authorities }: VerifyOptions,
): SignatureReport {
  const { node, references, signedInfo, mode, algorithm, signingTime } = signature
  const forms = canonicalForms(text, tree, [
    { node: signedInfo, mode },
    ...references.map((reference) => ({
      node: reference.node,
      mode: reference.mode,
      ...(reference.covers === 'document' ? { without: node } : {}),
    })),
  ])
  if (forms === null) return reportUnreadable(refuse('malformed'))
  const [signedForm = '', ...referenceForms] = forms
  const opened = signature.certificates
    .slice(0, CHAIN_CERTIFICATES_MAX)
    .map(openCertificate)
    .filter((one) => one !== null)
  const signer = signerOf(signature, opened)
  const signedAt = signingTime === null ? null : readTime(signingTime)
  const parts: SignatureParts = {
    coverage: holds,
    references: judgeReferences(signature, referenceForms),
    ...judgeSigner(signature, { signer, signedForm, signedAt, issuerRuc: issuerOf(tree) }),
    chain:
      signer === null
        ? fails('certificate-unreadable')
        : judgeChain(signer, authorities, {
            between: opened.map(({ certificate }) => certificate),
            at: signedAt,
          }),
  }
  return reportOf(parts, { algorithm, signedAt, certificate: signer?.facts ?? null })
}

/** Where a chain stands beside it, the certificate that the signature says it was made with. */
function signerOf(
  { signingCertificate, certificates }: ReadSignature,
  opened: readonly OpenedCertificate[],
): OpenedCertificate | null {
  const named = opened.find(
    (one) =>
      signingCertificate !== null &&
      one.digest(signingCertificate.hash).equals(signingCertificate.digest),
  )
  return named ?? openCertificate(certificates[0] ?? '')
}

const ALTERED = {
  document: 'document-altered',
  properties: 'properties-altered',
  'key-info': 'key-info-altered',
} as const

/** What was changed, the receipt itself before all else. */
function judgeReferences({ references }: ReadSignature, forms: readonly CanonicalForm[]): Finding {
  const altered = new Set<string>()
  for (const [at, { covers, hash, digest }] of references.entries()) {
    const actual = createDigest(hash, forms[at] ?? '', 'buffer')
    if (!actual.equals(digest)) altered.add(covers)
  }
  for (const covers of ['document', 'properties', 'key-info'] as const) {
    if (altered.has(covers)) return fails(ALTERED[covers])
  }
  return holds
}

interface Signing {
  readonly signer: OpenedCertificate | null
  readonly signedForm: CanonicalForm
  readonly signedAt: Date | null
  readonly issuerRuc: string | null
}

function judgeSigner(
  signature: ReadSignature,
  { signer, signedForm, signedAt, issuerRuc }: Signing,
): Omit<SignatureParts, 'coverage' | 'references' | 'chain'> {
  if (signer === null) {
    const unreadable = fails('certificate-unreadable')
    return {
      value: unreadable,
      signingCertificate: unreadable,
      period: unreadable,
      purpose: unreadable,
      holder: unreadable,
    }
  }
  const { facts } = signer
  return {
    value: judgeValue(signature, signer, signedForm),
    signingCertificate: judgeSigningCertificate(signature, signer),
    period: judgePeriod(signature, signedAt, facts),
    purpose: judgePurpose(facts),
    holder: judgeHolder(facts, issuerRuc),
  }
}

/** Only ever with the certificate's key: one that stands beside it could be anybody's. */
function judgeValue(
  { algorithm, value, modulus }: ReadSignature,
  signer: OpenedCertificate,
  signedForm: CanonicalForm,
): Finding {
  const { rsaKey, facts } = signer
  const key = judgeKey(facts)
  if (key !== null || rsaKey === null) return key ?? fails('not-rsa')
  if (!verifies(algorithms[algorithm].hash, signedForm, { rsaKey, value })) {
    return fails('value-mismatch')
  }
  // A widespread signer writes a KeyValue that is nobody's, and the SRI authorises it.
  const stray = modulus !== null && signer.modulus !== null && !sameNumber(modulus, signer.modulus)
  return stray ? { result: 'doubtful', fault: signatureFault('key-value-differs') } : holds
}

function verifies(
  hash: string,
  signed: CanonicalForm,
  { rsaKey, value }: { rsaKey: NonNullable<OpenedCertificate['rsaKey']>; value: Buffer },
): boolean {
  try {
    return verify(hash, typeof signed === 'string' ? Buffer.from(signed) : signed, rsaKey, value)
  } catch {
    // OpenSSL throws for algorithms it was told to forbid.
    return false
  }
}

function sameNumber(one: Buffer, other: Buffer): boolean {
  let at = 0
  while (at < one.length - 1 && one[at] === 0) at += 1
  return one.subarray(at).equals(other)
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:\d\d)?$/

/** Signers write the zone of Guayaquil, that of Greenwich, or none and mean Guayaquil's. */
function readTime(printed: string): Date | null {
  const [, moment, fraction = '', zone = GUAYAQUIL_OFFSET] = TIME.exec(printed) ?? []
  const date = new Date(`${moment}${fraction}${zone}`)
  return Number.isNaN(date.getTime()) ? null : date
}

/** The RUC in `infoTributaria`; null when it is not there once. */
function issuerOf({ root }: XmlTree): string | null {
  const infos = root.children.filter(({ local }) => local === 'infoTributaria')
  const rucs = infos.flatMap(({ children }) => children.filter(({ local }) => local === 'ruc'))
  const [ruc, second] = rucs
  return ruc === undefined || second !== undefined ? null : ruc.text.trim()
}
