import type { X509Certificate } from 'node:crypto'
import { formatDateTime } from '../../values/day.ts'
import { KEY_BITS_MIN } from './algorithms.ts'
import { type CertificateFacts, holderOf, purposeOf } from './certificate.ts'
import { chainTo, wereValid } from './chain.ts'
import type { OpenedCertificate } from './known-certificates.ts'
import { signatureFault } from './messages.ts'
import type { ReadSignature } from './read-signature.ts'
import { type Finding, fails, holds } from './signature-report.ts'

/** Whether the key may be relied on at all; null when it may. */
export function judgeKey({ rsaBits }: CertificateFacts): Finding | null {
  if (rsaBits === null) return fails('not-rsa')
  return rsaBits < KEY_BITS_MIN ? fails('weak-key', { value: String(rsaBits) }) : null
}

/** The signature names, among what it signs, the very certificate that it carries. */
export function judgeSigningCertificate(
  { signingCertificate }: ReadSignature,
  opened: OpenedCertificate,
): Finding {
  if (signingCertificate === null) return fails('no-signing-certificate')
  const { hash, digest, serial } = signingCertificate
  // The issuer's name is spelled in many ways and not compared; the digest says it all.
  const same = opened.digest(hash).equals(digest) && serialsEqual(serial, opened.facts.serial)
  return same ? holds : fails('other-certificate')
}

function serialsEqual(printed: string, decimal: string): boolean {
  return /^\d+$/.test(printed) && printed.replace(/^0+(?=.)/, '') === decimal
}

export function judgePeriod(
  { signingTime }: Pick<ReadSignature, 'signingTime'>,
  signedAt: Date | null,
  { validFrom, validTo }: CertificateFacts,
): Finding {
  if (signingTime === null) return { result: 'unknown', fault: signatureFault('no-signing-time') }
  if (signedAt === null) return fails('signing-time-form')
  if (signedAt > validTo) return fails('certificate-expired', { value: formatDateTime(validTo) })
  if (signedAt < validFrom)
    return fails('certificate-not-yet', { value: formatDateTime(validFrom) })
  return holds
}

export function judgePurpose(facts: CertificateFacts): Finding {
  switch (purposeOf(facts)) {
    case 'signs':
      return holds
    case 'encrypts':
      return { result: 'doubtful', fault: signatureFault('for-encryption') }
    case 'authority':
      return fails('certificate-of-authority')
    case 'other':
      return fails('not-for-signing')
  }
}

/** @param issuerRuc of the receipt; null when it does not say. */
export function judgeHolder(facts: CertificateFacts, issuerRuc: string | null): Finding {
  if (issuerRuc === null) return fails('no-issuer')
  switch (holderOf(facts, issuerRuc)) {
    case 'issuer':
      return holds
    case 'nobody':
      return fails('no-ruc')
    case 'other-ruc':
      return fails('other-ruc', { value: facts.ruc ?? '', expected: issuerRuc })
    case 'other-person':
      return fails('other-person')
  }
}

type Chain = readonly X509Certificate[]

/** By the authorities given: an issuer's thousands of receipts all come with the same certificate. */
const chains = new WeakMap<Chain, WeakMap<OpenedCertificate, Chain>>()

export function judgeChain(
  opened: OpenedCertificate,
  authorities: readonly X509Certificate[] | undefined,
  { between, at }: { between: readonly X509Certificate[]; at: Date | null },
): Finding {
  if (authorities === undefined) {
    return { result: 'unknown', fault: signatureFault('authorities-unknown') }
  }
  const known = chains.get(authorities) ?? new WeakMap<OpenedCertificate, Chain>()
  chains.set(authorities, known)
  const before = known.get(opened)
  if (before !== undefined && wereValid(before, at)) return holds
  const chain = chainTo(opened.certificate, authorities, { between, at })
  if (chain === null) return fails('untrusted-authority', { value: opened.facts.authorityName })
  known.set(opened, chain)
  return holds
}
