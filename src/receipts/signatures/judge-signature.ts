import { verifySignature } from '../../sri/signature/verify-signature.ts'
import type { SignatureVerdict } from './signature-verdict.ts'
import { VERIFIED } from './signature-verdict.ts'

/**
 * Verifies the signature of a file as it was received. Which authorities are to be trusted nobody
 * has told: that the certificate comes from one of them is not part of the verdict.
 *
 * @param file its bytes, or as text the document itself, as it was signed
 */
export function judgeSignature(file: Uint8Array | string): SignatureVerdict {
  const { fault, facts } = verifySignature(file)
  const certificate = facts?.certificate ?? null
  return {
    code: fault?.code ?? VERIFIED,
    fault: fault?.message ?? null,
    signerName: certificate?.name ?? null,
    signerRuc: certificate?.ruc ?? null,
    signedAt: facts?.signedAt?.toISOString() ?? null,
  }
}
