import { formatDateTime } from '../../values/day.ts'
import type { Refusal } from '../messages.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import type { CertificateFacts } from './certificate.ts'
import { type Said, type SignatureFaultCode, signatureFault, verifiedSentence } from './messages.ts'

/** What a signature is worth in one respect, or why nobody can read the document it should be in. */
export type Fault = Said<SignatureFaultCode | Refusal['code']>

/**
 * `doubtful` holds with a remark, `unknown` could not be examined; only `fails` says no.
 */
export type Finding =
  | { readonly result: 'holds' }
  | { readonly result: 'doubtful' | 'unknown' | 'fails'; readonly fault: Fault }

/** The parts of the question, each answered apart, in the order in which they are told. */
const partNames = [
  'coverage',
  'references',
  'value',
  'signingCertificate',
  'period',
  'purpose',
  'holder',
  'chain',
] as const

/**
 * - `coverage`: one signature, in its place, over the whole receipt, and in no other form.
 * - `references`: the digests of the receipt, of the signature's own data, of its certificate.
 * - `value`: the signature was made with the key of the certificate it carries.
 * - `signingCertificate`: that certificate is the one named among what is signed.
 * - `period`: the certificate was valid at the time the signature names.
 * - `purpose`: the certificate is there to sign.
 * - `holder`: the certificate names the issuer of the receipt.
 * - `chain`: it comes from an authority that is trusted; `unknown` when none are given.
 */
export type SignatureParts = Readonly<Record<(typeof partNames)[number], Finding>>

/** What the signature says of itself; true as far as the parts hold. */
export interface SignatureFacts {
  readonly algorithm: SignatureAlgorithm
  /** Null when the signature does not say when it was made, as a few authorised ones do not. */
  readonly signedAt: Date | null
  /** Null when nobody can read it. */
  readonly certificate: CertificateFacts | null
}

export interface SignatureReport {
  /** No part fails. A chain that nobody could check does not count as failed: look at its part. */
  readonly verified: boolean
  /** `Firmado por … el 16 nov 2026, 18:09.`, or the first reason why not. */
  readonly sentence: string
  /** The first part that fails; null when verified. */
  readonly fault: Fault | null
  readonly parts: SignatureParts
  /** Null when there is no signature that could be read. */
  readonly facts: SignatureFacts | null
}

export const holds: Finding = { result: 'holds' }

export function fails(
  code: SignatureFaultCode,
  facts: { value?: string; expected?: string } = {},
): Finding {
  return { result: 'fails', fault: signatureFault(code, facts) }
}

/** The report on a document whose signature cannot even be taken apart. */
export function reportUnreadable({ code, message }: Fault): SignatureReport {
  const fault = { code, message }
  const unknown: Finding = { result: 'unknown', fault: signatureFault('not-examined') }
  const parts = Object.fromEntries(partNames.map((name) => [name, unknown])) as SignatureParts
  return {
    verified: false,
    sentence: message,
    fault,
    parts: { ...parts, coverage: { result: 'fails', fault } },
    facts: null,
  }
}

export function reportOf(parts: SignatureParts, facts: SignatureFacts): SignatureReport {
  for (const name of partNames) {
    const part = parts[name]
    if (part.result !== 'fails') continue
    return { verified: false, sentence: part.fault.message, fault: part.fault, parts, facts }
  }
  const { certificate, signedAt } = facts
  const when = signedAt === null ? null : formatDateTime(signedAt)
  const sentence = verifiedSentence(certificate?.name ?? '', when)
  return { verified: true, sentence, fault: null, parts, facts }
}
