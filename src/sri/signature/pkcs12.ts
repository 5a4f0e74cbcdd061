import type { KeyObject, X509Certificate } from 'node:crypto'
import { openPfx } from './asn1/open-pfx.ts'
import type { PfxFault } from './asn1/pfx-values.ts'
import { type CertificateFacts, purposeOf, readCertificate } from './certificate.ts'
import { type Pkcs12RefusalCode, pkcs12Refusal, type Said } from './messages.ts'
import type { SigningIdentity } from './signer.ts'

export type Pkcs12Reading =
  | ({
      readonly ok: true
      /** Whoever issued the certificate, and so on upwards, as far as the file has them. */
      readonly chain: readonly X509Certificate[]
    } & SigningIdentity)
  | { readonly ok: false; readonly refusal: Said<Pkcs12RefusalCode> }

const BYTES_MAX = 1_048_576

const FAULTS: Readonly<Record<PfxFault, Pkcs12RefusalCode>> = {
  'not-a-pfx': 'p12-not-a-p12',
  'wrong-password': 'p12-password',
  encryption: 'p12-encryption',
}

/**
 * Reads a .p12 or .pfx file and takes from it the pair that is there to sign: a certificate for
 * digital signature before one for encryption, valid today before expired, of a person before an
 * authority's, the one that lasts longest. Key and certificate belong together because their public
 * keys are equal; the marks by which files pair them are not looked at. Whether the pair serves is
 * `examineCertificate`'s to say: an expired one is given back when there is no other.
 *
 * Costs up to a few hundred milliseconds of processor time (deriving keys from the password); call
 * it in a worker thread when others wait. Never throws for what a file holds.
 *
 * @param password as typed; spellings of other tools are tried when it goes beyond ASCII
 */
export function readPkcs12(bytes: Uint8Array, password: string, now: Date): Pkcs12Reading {
  if (bytes.length > BYTES_MAX) return refuse('p12-too-large')
  const opened = openPfx(bytes, password)
  if (!opened.ok) return refuse(FAULTS[opened.fault])
  const { keys, certificates } = opened
  if (keys.length === 0) return refuse('p12-no-key')
  const usable = keys.filter((key) => key.asymmetricKeyType === 'rsa')
  if (usable.length === 0) return refuse('p12-not-rsa')
  const best = pairsOf(usable, certificates).reduce<Pair | null>(
    (one, other) => (one === null || isBetter(other, one, now) ? other : one),
    null,
  )
  if (best === null) return refuse('p12-no-certificate')
  const { key, certificate } = best
  return { ok: true, key, certificate, chain: issuersOf(certificate, certificates) }
}

function refuse(code: Pkcs12RefusalCode): Pkcs12Reading {
  return { ok: false, refusal: pkcs12Refusal(code) }
}

interface Pair extends SigningIdentity {
  readonly facts: CertificateFacts
}

function pairsOf(keys: readonly KeyObject[], certificates: readonly X509Certificate[]): Pair[] {
  return keys.flatMap((key) =>
    certificates
      .filter((certificate) => certificate.checkPrivateKey(key))
      .map((certificate) => ({ key, certificate, facts: readCertificate(certificate) })),
  )
}

function isBetter(one: Pair, other: Pair, now: Date): boolean {
  const [mine, theirs] = [meritsOf(one, now), meritsOf(other, now)]
  const at = mine.findIndex((merit, index) => merit !== theirs[index])
  return at !== -1 && (mine[at] ?? 0) > (theirs[at] ?? 0)
}

/** In the order in which they decide. */
function meritsOf({ facts }: Pair, now: Date): number[] {
  const purpose = purposeOf(facts)
  const valid = facts.validFrom <= now && now <= facts.validTo
  return [
    Number(purpose === 'signs'),
    Number(valid),
    Number(purpose !== 'authority'),
    facts.validTo.getTime(),
  ]
}

function issuersOf(
  certificate: X509Certificate,
  all: readonly X509Certificate[],
): X509Certificate[] {
  const chain: X509Certificate[] = []
  let last = certificate
  for (;;) {
    const issuer = all.find(
      (one) => one !== certificate && !chain.includes(one) && last.checkIssued(one),
    )
    if (issuer === undefined) return chain
    chain.push(issuer)
    last = issuer
  }
}
