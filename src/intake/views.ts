import type { Day } from '../values/day.ts'
import type { Problems } from '../web/forms.ts'
import type { Link } from '../web/pages/brand.ts'
import { view } from '../web/pages/view.ts'
import type { Funnel } from './lots/journey/funnel.ts'
import type { StoppedOnScreen } from './lots/journey/stopped-list.ts'
import type { LotItem } from './lots/lot-item-store.ts'
import type { LotPage } from './lots/staff/page/lot-page.ts'
import type { RowsOnScreen } from './lots/staff/page/row-page.ts'
import type { DescribedTemplate } from './rows/templates/describe-template.ts'

/** What the form for files says of itself. */
export interface UploadForm {
  filesMax: number
  fileMegabytesMax: number
  /** Of a file of rows. */
  rowsMegabytesMax: number
  /** What rows may become, to choose from. */
  kinds: readonly { value: string; text: string }[]
  chosen: string
  problems: Problems
}

interface LotsPage {
  lots: readonly {
    number: string
    href: string
    status: { text: string; tone: string }
    loadedBy: string
    loadedAt: Date
    files: string
    documents: number | null
    faults: number
  }[]
  /** Addresses. */
  newest: string | null
  older: string | null
  /** Null for who may not load. */
  upload: UploadForm | null
}

export const lotsPage = view<LotsPage>('intake/lots')
export const newLotPage = view<UploadForm>('intake/new-lot')
interface LotPart {
  lot: LotPage
  rowsMegabytesMax: number
}

export const lotPage = view<LotPart>('intake/lot', { part: 'intake/_lot' })
export const lotPart = view<LotPart>('intake/_lot')

interface LotItemsPage {
  number: string
  href: string
  title: string
  help: string
  items: readonly (LotItem & { who: string; value: string | null })[]
  /** Address. */
  more: string | null
}

interface StoppedPage {
  title: string
  /** «lote 2026-11-0047», «16 nov 2026». */
  of: string
  help: string
  address: string
  back: Link
  rows: readonly StoppedOnScreen[]
  /** Address. */
  more: string | null
}

export const stoppedPage = view<StoppedPage>('intake/stopped')

interface DeliveriesPage {
  typed: { desde: string; hasta: string }
  problems: Problems
  /** When somebody looked last. */
  at: Date | null
  funnel: Funnel
  days: readonly (Funnel & { day: Day })[]
}

export const deliveriesPage = view<DeliveriesPage>('intake/deliveries')
export const lotItemsPage = view<LotItemsPage>('intake/items')

interface RowPage {
  number: string
  href: string
  action: string
  reference: string
  rows: readonly RowsOnScreen[]
  /** Whether this person may correct it. */
  mends: boolean
}

export const rowPage = view<RowPage>('intake/row')

export const templatesPage = view<{
  templates: readonly { href: string; title: string; columns: number }[]
}>('intake/templates')

/** `load`: where its rows are loaded; null for who may not. */
export const templatePage = view<DescribedTemplate & { href: string; load: string | null }>(
  'intake/template',
)
