import { X509Certificate } from 'node:crypto'

const CHAIN_LENGTH_MAX = 6

/** Authorities given as PEM texts, one certificate each; undefined of none: nothing is known of any. */
export function openAuthorities(pems: readonly string[]): readonly X509Certificate[] | undefined {
  return pems.length === 0 ? undefined : pems.map((pem) => new X509Certificate(pem))
}

/**
 * Looks for a way from a certificate up to one of the authorities, each link verified with the next
 * one's key. The authorities are trusted as they are, be they roots or not; what lies between may
 * come from anybody.
 *
 * @param between certificates that may be links, in any order
 * @param at when all of them must have been valid; null asks for no date
 * @returns the links above the certificate, the authority last; null when there is no way
 */
export function chainTo(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  { between = [], at }: { between?: readonly X509Certificate[] | undefined; at: Date | null },
): X509Certificate[] | null {
  return climb(certificate, { authorities, between, at }, CHAIN_LENGTH_MAX)
}

interface Ladder {
  readonly authorities: readonly X509Certificate[]
  readonly between: readonly X509Certificate[]
  readonly at: Date | null
}

function climb(
  certificate: X509Certificate,
  ladder: Ladder,
  steps: number,
): X509Certificate[] | null {
  const authority = ladder.authorities.find((one) => issued(one, certificate, ladder.at))
  if (authority !== undefined) return [authority]
  if (steps <= 1) return null
  for (const link of ladder.between) {
    if (!issued(link, certificate, ladder.at)) continue
    const rest = climb(
      link,
      { ...ladder, between: ladder.between.filter((one) => one !== link) },
      steps - 1,
    )
    if (rest !== null) return [link, ...rest]
  }
  return null
}

function issued(issuer: X509Certificate, certificate: X509Certificate, at: Date | null): boolean {
  if (!issuer.ca || !certificate.checkIssued(issuer)) return false
  if (!wereValid([issuer], at)) return false
  return certificate.verify(issuer.publicKey)
}

/** Whether all of them were valid then; always when no date is asked for. */
export function wereValid(certificates: readonly X509Certificate[], at: Date | null): boolean {
  return (
    at === null ||
    certificates.every(({ validFromDate, validToDate }) => validFromDate <= at && at <= validToDate)
  )
}
