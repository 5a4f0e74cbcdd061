import type { X509Certificate } from 'node:crypto'
import { formatDateTime } from '../../values/day.ts'
import { KEY_BITS_MIN } from './algorithms.ts'
import { type CertificateFacts, holderOf, purposeOf, readCertificate } from './certificate.ts'
import { chainTo } from './chain.ts'
import { type CertificateFindingCode, certificateFinding, type Said } from './messages.ts'

/** `error`: the SRI would refuse what is signed with it. `warning`: somebody should know. */
export interface CertificateFinding extends Said<CertificateFindingCode> {
  readonly level: 'error' | 'warning'
}

export interface CertificateContext {
  /** Thirteen digits: whose receipts the certificate is to sign. */
  readonly issuerRuc: string
  readonly now: Date
  /** Certificates between this one and its authority, as `readPkcs12` gives them. */
  readonly chain?: readonly X509Certificate[]
  /** Authorities that are trusted; without them only a certificate of nobody's is noticed. */
  readonly authorities?: readonly X509Certificate[]
}

const DAYS_LEFT_MIN = 30
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/**
 * What to tell whoever uploads a certificate to sign an issuer's receipts with; nothing when all is
 * well, errors first. Two tolerances, because the SRI has them: a natural person's certificate may
 * lack the RUC when its cédula is the beginning of it, and one meant for encryption only (the Banco
 * Central has issued such) is a warning, for the SRI has authorised what was signed with them after
 * announcing that it would not. Revocation is the authority's to know and is not asked.
 */
export function examineCertificate(
  certificate: X509Certificate,
  context: CertificateContext,
): CertificateFinding[] {
  const facts = readCertificate(certificate)
  const findings = [
    ...examineKey(facts),
    ...examinePurpose(facts),
    ...examineHolder(facts, context.issuerRuc),
    ...examinePeriod(facts, context.now),
    ...examineChain(certificate, facts, context),
  ]
  return [
    ...findings.filter(({ level }) => level === 'error'),
    ...findings.filter(({ level }) => level === 'warning'),
  ]
}

type Told = { value?: string; expected?: string }

function error(code: CertificateFindingCode, told: Told = {}): CertificateFinding[] {
  return [{ level: 'error', ...certificateFinding(code, told) }]
}

function warning(code: CertificateFindingCode, told: Told = {}): CertificateFinding[] {
  return [{ level: 'warning', ...certificateFinding(code, told) }]
}

function examineKey({ rsaBits }: CertificateFacts): CertificateFinding[] {
  if (rsaBits === null) return error('not-rsa')
  return rsaBits < KEY_BITS_MIN ? error('weak-key', { value: String(rsaBits) }) : []
}

function examinePurpose(facts: CertificateFacts): CertificateFinding[] {
  switch (purposeOf(facts)) {
    case 'signs':
      return []
    case 'encrypts':
      return warning('for-encryption')
    case 'authority':
      return error('is-authority')
    case 'other':
      return error('not-for-signing')
  }
}

function examineHolder(facts: CertificateFacts, issuerRuc: string): CertificateFinding[] {
  switch (holderOf(facts, issuerRuc)) {
    case 'issuer':
      return []
    case 'other-ruc':
      return error('other-ruc', { value: facts.ruc ?? '', expected: issuerRuc })
    case 'other-person':
      return error('other-person', { expected: issuerRuc })
    case 'nobody':
      return error('no-ruc', { expected: issuerRuc })
  }
}

function examinePeriod({ validFrom, validTo }: CertificateFacts, now: Date): CertificateFinding[] {
  if (now > validTo) return error('expired', { value: formatDateTime(validTo) })
  if (now < validFrom) return error('not-yet-valid', { value: formatDateTime(validFrom) })
  const left = (validTo.getTime() - now.getTime()) / DAY_MILLISECONDS
  return left < DAYS_LEFT_MIN ? warning('expires-soon', { value: formatDateTime(validTo) }) : []
}

function examineChain(
  certificate: X509Certificate,
  { selfIssued, authorityName }: CertificateFacts,
  { authorities, chain, now }: CertificateContext,
): CertificateFinding[] {
  if (selfIssued) return error('self-signed')
  if (authorities === undefined) return []
  const found = chainTo(certificate, authorities, { between: chain, at: now })
  return found === null ? error('untrusted-authority', { value: authorityName }) : []
}
