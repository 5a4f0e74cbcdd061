import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'

interface CertificateOnScreen {
  id: number
  issuerRuc: string
  holder: string
  authority: string
  serial: string
  validTo: Date
  addedBy: string
  addedAt: Date
  standing: { kind: 'ok' | 'espera' | 'mal' | ''; text: string }
}

export const certificatesPage = view<{ certificates: readonly CertificateOnScreen[] }>(
  'issuing/certificates',
)

export const newCertificatePage = view<{ ruc: string; problems: Problems }>(
  'issuing/new-certificate',
)
