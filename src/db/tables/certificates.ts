import type { Generated } from 'kysely'

export interface CertificatesTables {
  signing_certificate: SigningCertificateTable
}

/** A private key with its certificate. Once retired, its key is wiped and the rest remains. */
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
  retired_at: string | null
}
