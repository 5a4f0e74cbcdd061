import { verifiedSentence } from '../../sri/signature/messages.ts'
import { formatDateTime } from '../../values/day.ts'

/** What the signature of a receipt is worth, as it is kept beside it. Plain data, for threads. */
export interface SignatureVerdict {
  /** `verified`, or the code of what does not hold. */
  readonly code: string
  /** In Spanish: why not; null when it holds. */
  readonly fault: string | null
  readonly signerName: string | null
  readonly signerRuc: string | null
  /** ISO; null when the signature does not say when it was made. */
  readonly signedAt: string | null
}

/** A verdict with the SHA-256 of the bytes that it is about: of others it says nothing. */
export interface KnownVerdict {
  readonly sha256: string
  readonly verdict: SignatureVerdict
}

export const VERIFIED = 'verified'

/** Where a receipt keeps its verdict. */
export const VERDICT_COLUMNS = [
  'signature_code',
  'signature_fault',
  'signer_name',
  'signer_ruc',
  'signed_at',
] as const

/** A verdict as these columns keep it, in their order; none has been given yet of null. */
export function verdictColumns(verdict: SignatureVerdict | null) {
  return {
    signature_code: verdict?.code ?? null,
    signature_fault: verdict?.fault ?? null,
    signer_name: verdict?.signerName ?? null,
    signer_ruc: verdict?.signerRuc ?? null,
    signed_at: verdict?.signedAt ?? null,
  }
}

/** A verdict as pages say it. */
export interface SignatureOnScreen {
  readonly name: string
  readonly tone: 'ok' | 'mal'
  readonly text: string
}

export function verdictOnScreen({
  code,
  fault,
  signerName,
  signedAt,
}: SignatureVerdict): SignatureOnScreen {
  if (code !== VERIFIED) {
    return { name: 'Firma no verificada', tone: 'mal', text: fault ?? '' }
  }
  const when = signedAt === null ? null : formatDateTime(new Date(signedAt))
  return { name: 'Firma verificada', tone: 'ok', text: verifiedSentence(signerName ?? '', when) }
}
