import { verifySignature } from '../../sri/signature/verify-signature.ts'
import type { SignatureCheck } from './judge-authorization.ts'

/** As the SRI would, but for what only it knows: which authorities it trusts, and what was revoked. */
export const checkSignature: SignatureCheck = (bytes) => {
  const { verified, sentence } = verifySignature(bytes)
  return verified ? { ok: true } : { ok: false, reason: sentence }
}
