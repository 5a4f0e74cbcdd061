import type { X509Certificate } from 'node:crypto'
import { verifySignature } from '../../sri/signature/verify-signature.ts'
import type { SignatureVerdict } from './signature-verdict.ts'
import { VERIFIED } from './signature-verdict.ts'

/**
 * Verifies the signature of a file as it was received.
 *
 * @param file its bytes, or as text the document itself, as it was signed
 * @param authorities from which the signer's certificate must come; where nobody has told of any,
 *   that is not part of the verdict
 */
export function judgeSignature(
  file: Uint8Array | string,
  authorities?: readonly X509Certificate[],
): SignatureVerdict {
  const { fault, facts } = verifySignature(file, authorities === undefined ? {} : { authorities })
  const certificate = facts?.certificate ?? null
  return {
    code: fault?.code ?? VERIFIED,
    fault: fault?.message ?? null,
    signerName: certificate?.name ?? null,
    signerRuc: certificate?.ruc ?? null,
    signedAt: facts?.signedAt?.toISOString() ?? null,
  }
}
