import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'

export interface CertificateOnScreen {
  id: number
  issuerRuc: string
  holder: string
  authority: string
  serial: string
  validTo: Date
  addedBy: string
  addedAt: Date
  /** The proposal that waits for a second person. */
  approvalId: number | null
  standing: { kind: 'ok' | 'espera' | 'mal' | ''; text: string }
}

export const certificatesPage = view<{
  certificates: readonly CertificateOnScreen[]
  /** Whether this person may bring another. */
  uploads: boolean
  /** Who issues and has nothing to sign with, nor anything that waits for approval. */
  lacking: readonly { ruc: string; name: string }[]
}>('issuing/certificates')

export const newCertificatePage = view<{ ruc: string; problems: Problems }>(
  'issuing/new-certificate',
)
