import type { X509Certificate } from 'node:crypto'
import { isRuc } from '../../values/tax-id.ts'
import { DER, type DerValue, derChildren, derOid, derText, readDer } from './asn1/der.ts'
import { nameAttribute, printName } from './asn1/distinguished-name.ts'

/** The bits of KeyUsage, in the order of RFC 5280. */
const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

/**
 * What a certificate says of its holder and of itself. The authorities also write the holder's
 * address, telephone and e-mail into it: those are not read, so that nobody can show them.
 */
export interface CertificateFacts {
  /** The holder as the subject's CN names them, for screens. */
  readonly name: string
  /** Of the firm, from the authority's extension `<arc>.3.11`; null when there is none. */
  readonly ruc: string | null
  /** Of the person, from `<arc>.3.1`; null when there is none. */
  readonly cedula: string | null
  readonly validFrom: Date
  readonly validTo: Date
  /** Null when the certificate sets its key no limits. */
  readonly keyUsages: readonly KeyUsage[] | null
  /** The CN of whoever issued it. */
  readonly authorityName: string
  /** In decimal digits; wider than any number. */
  readonly serial: string
  /** The issuer's whole name in the order of RFC 2253, as it stands in a signature. */
  readonly issuerName: string
  /** It may issue certificates. */
  readonly isAuthority: boolean
  /** Subject and issuer are the same. */
  readonly selfIssued: boolean
  readonly rsaBits: number | null
}

/** Any authority's private extension: every one of Ecuador numbers RUC and cédula alike below its own arc. */
const RUC_EXTENSION = /^1\.3\.6\.1\.4\.1(?:\.\d+)+\.3\.11$/
const CEDULA_EXTENSION = /^1\.3\.6\.1\.4\.1(?:\.\d+)+\.3\.1$/
const KEY_USAGE_EXTENSION = '2.5.29.15'
const [VERSION_TAG, EXTENSIONS_TAG] = [0xa0, 0xa3]

/** Source: RFC 5280 and, for the private extensions, the certificates of the accredited authorities. */
export function readCertificate(certificate: X509Certificate): CertificateFacts {
  const { issuer, subject, extensions } = openCertificate(certificate.raw)
  const serial = BigInt(`0x${certificate.serialNumber}`).toString()
  return {
    name: nameAttribute(subject, 'CN', 'O', 'OU') ?? `certificado ${serial}`,
    ruc: privateText(extensions, RUC_EXTENSION, isRuc),
    cedula: privateText(extensions, CEDULA_EXTENSION, isTenDigits),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    keyUsages: keyUsagesOf(extensions.get(KEY_USAGE_EXTENSION)),
    authorityName: nameAttribute(issuer, 'CN', 'O', 'OU') ?? printName(issuer),
    serial,
    issuerName: printName(issuer),
    isAuthority: certificate.ca,
    selfIssued: issuer.whole.equals(subject.whole),
    rsaBits: rsaBitsOf(certificate),
  }
}

interface OpenCertificate {
  readonly issuer: DerValue
  readonly subject: DerValue
  /** By number: what stands inside the octet string. */
  readonly extensions: ReadonlyMap<string, Buffer>
}

function openCertificate(raw: Buffer): OpenCertificate {
  const [body] = derChildren(readDer(raw))
  const fields = body === undefined ? [] : derChildren(body)
  if (fields[0]?.tag === VERSION_TAG) fields.shift()
  const [, , issuer, , subject] = fields
  if (issuer === undefined || subject === undefined) throw new RangeError('No X.509 certificate')
  const extensions = new Map<string, Buffer>()
  const holder = fields.find(({ tag }) => tag === EXTENSIONS_TAG)
  for (const extension of holder === undefined ? [] : derChildren(readDer(holder.content))) {
    const parts = derChildren(extension)
    const [oid, value] = [parts[0], parts.at(-1)]
    if (oid === undefined || value?.tag !== DER.octetString) continue
    extensions.set(derOid(oid), value.content)
  }
  return { issuer, subject, extensions }
}

/** The text of the first extension of that number whose content is what it should be. */
function privateText(
  extensions: ReadonlyMap<string, Buffer>,
  number: RegExp,
  holds: (text: string) => boolean,
): string | null {
  for (const [oid, content] of extensions) {
    if (!number.test(oid)) continue
    const text = extensionText(content)
    if (text !== null && holds(text)) return text
  }
  return null
}

/** What the authority wrote down is taken as it is: its check digit is no matter of the signature. */
function isTenDigits(text: string): boolean {
  return /^\d{10}$/.test(text)
}

/** The value is a DER string inside the extension. */
function extensionText(content: Buffer): string | null {
  try {
    return derText(readDer(content))?.trim() ?? null
  } catch {
    return null
  }
}

function keyUsagesOf(content: Buffer | undefined): readonly KeyUsage[] | null {
  if (content === undefined) return null
  const { tag, content: bits } = readDer(content)
  if (tag !== DER.bitString) return []
  // The first byte counts unused bits; the first usage is the highest bit of the second.
  return KEY_USAGES.filter((_, bit) => ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

function rsaBitsOf(certificate: X509Certificate): number | null {
  try {
    const { publicKey } = certificate
    if (publicKey.asymmetricKeyType !== 'rsa') return null
    return publicKey.asymmetricKeyDetails?.modulusLength ?? null
  } catch {
    return null
  }
}

/**
 * What a certificate may do. `encrypts` is one meant only for encryption: the SRI announced in 2020
 * that it refuses them, and has authorised receipts signed with some of the BCE's since.
 */
export function purposeOf(facts: CertificateFacts): 'signs' | 'encrypts' | 'authority' | 'other' {
  if (facts.isAuthority) return 'authority'
  const { keyUsages } = facts
  if (keyUsages === null) return 'signs'
  if (keyUsages.includes('digitalSignature') || keyUsages.includes('nonRepudiation')) return 'signs'
  const encrypts = keyUsages.includes('keyEncipherment') || keyUsages.includes('dataEncipherment')
  return encrypts ? 'encrypts' : 'other'
}

/**
 * Whose a certificate is, seen from an issuer: the firm's RUC decides; a certificate without one is
 * a natural person's, whose cédula are the first ten digits of the RUC.
 */
export function holderOf(
  { ruc, cedula }: Pick<CertificateFacts, 'ruc' | 'cedula'>,
  issuerRuc: string,
): 'issuer' | 'other-ruc' | 'other-person' | 'nobody' {
  if (ruc !== null) return ruc === issuerRuc ? 'issuer' : 'other-ruc'
  if (cedula === null) return 'nobody'
  return `${cedula}001` === issuerRuc ? 'issuer' : 'other-person'
}
