import crypto from 'node:crypto'
import { judgeSignature } from '../../receipts/signatures/judge-signature.ts'
import type { SignatureAlgorithm } from '../../sri/signature/algorithms.ts'
import type { SigningIdentity } from '../../sri/signature/signer.ts'
import { createSigner } from '../../sri/signature/signer.ts'
import type { Signing, SigningPlan } from '../making/signing.ts'

/** What a thread signs with: PEM, both. */
interface PlainIdentity {
  readonly key: string
  readonly certificate: string
  readonly algorithm: SignatureAlgorithm
}

/** How threads sign with an issuer's certificate. */
export function certificateSigning(
  { key, certificate }: SigningIdentity,
  algorithm: SignatureAlgorithm,
): SigningPlan {
  const data: PlainIdentity = {
    key: String(key.export({ type: 'pkcs8', format: 'pem' })),
    certificate: certificate.toString(),
    algorithm,
  }
  return { module: import.meta.url, data }
}

/** What a `SigningPlan` asks of its module: every document is verified before it leaves. */
export function openSigning(data: unknown): Signing {
  const { key, certificate, algorithm } = data as PlainIdentity
  const identity = {
    key: crypto.createPrivateKey(key),
    certificate: new crypto.X509Certificate(certificate),
  }
  const signer = createSigner(identity, algorithm)
  return { sign: signer.sign, judge: judgeSignature }
}
