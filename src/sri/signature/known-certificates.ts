import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import type { HashName } from './algorithms.ts'
import { type CertificateFacts, readCertificate } from './certificate.ts'

/** A certificate opened once: its facts, its key. */
export interface OpenedCertificate {
  readonly certificate: X509Certificate
  readonly facts: CertificateFacts
  /** Null when the key is not RSA. */
  readonly rsaKey: KeyObject | null
  /** The modulus without leading zeros. */
  readonly modulus: Buffer | null
  digest(hash: HashName): Buffer
}

/** An issuer signs thousands of receipts with one certificate; this many issuers are remembered. */
const KNOWN_MAX = 64
const known = new Map<string, OpenedCertificate | null>()

/** @param base64 the DER, without blanks; null when it is no certificate. */
export function openCertificate(base64: string): OpenedCertificate | null {
  const seen = known.get(base64)
  if (seen !== undefined) return seen
  const opened = open(Buffer.from(base64, 'base64'))
  if (known.size >= KNOWN_MAX) known.delete(known.keys().next().value ?? '')
  known.set(base64, opened)
  return opened
}

function open(der: Buffer): OpenedCertificate | null {
  try {
    const certificate = new X509Certificate(der)
    const facts = readCertificate(certificate)
    // What follows the certificate would be digested and mean nothing.
    if (!certificate.raw.equals(der)) return null
    const rsaKey = facts.rsaBits === null ? null : certificate.publicKey
    const digests = new Map<HashName, Buffer>()
    const digest = (hash: HashName): Buffer => {
      const value = digests.get(hash) ?? createHash(hash).update(der).digest()
      digests.set(hash, value)
      return value
    }
    const modulus = rsaKey === null ? null : modulusOf(rsaKey)
    return { certificate, facts, rsaKey, modulus, digest }
  } catch {
    // OpenSSL and the reader of DER complain each in its own way; all of it means the same.
    return null
  }
}

function modulusOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url')
}
