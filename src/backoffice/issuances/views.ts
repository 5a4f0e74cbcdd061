import type { Difference } from '../../issuing/adoption/held-document.ts'
import { view } from '../../web/pages/view.ts'
import type { CorrectionForm } from './correction-form.ts'
import type { IssuancesPage } from './issuance-list.ts'
import type { IssuancePage } from './issuance-page.ts'
import type { OutagePage, OutagesPage } from './outages/outage-words.ts'

export const issuancesView = view<IssuancesPage>('backoffice/issuances/index', {
  part: 'backoffice/issuances/_list',
})
export const issuanceView = view<IssuancePage>('backoffice/issuances/show')
export const correctionView = view<
  CorrectionForm & {
    title: string
    href: string
    edition: number
    /** Whether its day may change. */
    dateFree: boolean
    /** Why it came back. */
    said: string | null
  }
>('backoffice/issuances/correction')
export const comparisonView = view<{
  href: string
  name: string
  /** Why there is nothing to compare with now. */
  refused: string | null
  differences: readonly Difference[]
  sha256: string
  reason: string
  problem: string
  /** Whether who looks may propose to take it. */
  proposes: boolean
}>('backoffice/issuances/comparison')
export const outagesView = view<OutagesPage>('backoffice/issuances/outages')
export const outageView = view<OutagePage>('backoffice/issuances/outage')
