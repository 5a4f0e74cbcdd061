import type { Generated } from 'kysely'

export interface CertificatesTables {
  signing_certificate: SigningCertificateTable
}

/**
 * A private key with its certificate: it waits for a second person, is in use, and is retired, in use
 * or not; then its key is wiped and the rest remains.
 */
interface SigningCertificateTable {
  id: Generated<number>
  /** Whose receipts it signs. */
  issuer_ruc: string
  /** JSON of a `SealedIdentity`, sealed; empty once it is retired. */
  sealed: string
  /** As its authority names them. */
  holder: string
  authority: string
  /** In decimal digits. */
  serial: string
  valid_from: string
  valid_to: string
  added_by: number
  added_at: string
  /** Null while it waits, and for good when nobody approved it. */
  in_use_at: string | null
  /** The one that it was uploaded to replace; null: the issuer had none. */
  replaces_id: number | null
  /** What somebody should know of it, though it serves: sentences. */
  remarks: Generated<string>
  retired_at: string | null
}
