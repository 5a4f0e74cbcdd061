import type { ChainState } from '../audit/audit-store.ts'
import type { RightOnScreen } from '../identity/staff/right-words.ts'
import type { StandingOnScreen } from '../identity/staff/views.ts'
import type { lotsOnScreen } from '../intake/lots/staff/lot-list.ts'
import type { Problems } from '../web/forms.ts'
import type { Link } from '../web/pages/brand.ts'
import { view } from '../web/pages/view.ts'
import type { ApprovalOnScreen } from './approvals/approval-list.ts'
import type { EntryOnScreen } from './audit/audit-list.ts'
import type { AuditTyped } from './audit/audit-search.ts'
import type { CustomerPage } from './customers/customer-page.ts'
import type { ForeseenChange } from './customers/load/foresee-load.ts'
import type { RowFault } from './customers/load/read-customers.ts'
import type { JobOnScreen } from './health/job-health.ts'
import type { Reading } from './health/reading.ts'
import type { DeadOnScreen, MailOnScreen } from './mails/mail-list.ts'
import type { Attention } from './panel/attention.ts'
import type { BarChart, LineChart, SharesChart } from './panel/charts.ts'
import type { PanelNumber } from './panel/numbers.ts'
import type { ParameterPage, ParametersPage } from './parameters/parameter-page.ts'
import type { PreviewPage } from './parameters/preview-page.ts'
import type { AnnulmentRow } from './receipts/annulment-words.ts'
import type { CreditForm } from './receipts/credit-note-page.ts'
import type { StaffReceiptPage, StaffReceiptRow } from './receipts/staff-receipt-page.ts'
import type { PutAside } from './receipts/staff-receipt-store.ts'

interface Choice {
  value: string
  text: string
}

interface PanelPage {
  name: string
  /** «viernes, 20 de noviembre de 2026» */
  today: string
  at: Date
  role: { name: string; about: string }
  previousLoginAt: Date | null
  period: string
  periods: readonly Choice[]
  numbers: readonly PanelNumber[]
  receipts: BarChart
  /** Null while nobody issues from here. */
  answers: BarChart | null
  standing: SharesChart
  mails: BarChart
  firstLogins: LineChart
  attention: readonly Attention[]
  lots: Awaited<ReturnType<typeof lotsOnScreen>>
  /** Where to begin, while nothing was ever loaded. */
  places: readonly (Link & { icon: string; about: string })[]
}

export const panelPage = view<PanelPage>('backoffice/panel/index')

interface HealthPage {
  at: Date
  overall: { kind: string; title: string; text: string }
  work: readonly Reading[]
  groups: readonly { id: string; title: string; readings: readonly Reading[] }[]
  jobs: readonly JobOnScreen[]
}

export const healthPage = view<HealthPage>('backoffice/health/index')

interface AuditPage {
  typed: AuditTyped
  problems: Problems
  actors: readonly Choice[]
  actions: readonly Choice[]
  entries: readonly EntryOnScreen[]
  /** Addresses. */
  newest: string | null
  older: string | null
}

export const auditPage = view<AuditPage>('backoffice/audit')
export const chainPage = view<{ chain: ChainState; at: Date }>('backoffice/chain')
export const chainLine = view<{ chain: ChainState; at: Date }>('backoffice/_chain')

interface ApprovalsPage {
  waiting: readonly ApprovalOnScreen[]
  decided: readonly ApprovalOnScreen[]
  /** Addresses. */
  first: string | null
  more: string | null
  older: string | null
}

export const approvalsPage = view<ApprovalsPage>('backoffice/approvals/index')
export const approvalPage = view<{ approval: ApprovalOnScreen; reason: string; problem: string }>(
  'backoffice/approvals/show',
)

interface CustomerOnScreen {
  id: number
  name: string
  /** Masked, as is the address. */
  numbers: string
  address: string
  standing: StandingOnScreen
}

export const customersPage = view<{
  q: string
  /** Whether this person may load a file of them. */
  loads: boolean
  customers: readonly CustomerOnScreen[]
  more: boolean
}>('backoffice/customers/index', { part: 'backoffice/customers/_results' })
interface CustomerLoadPage {
  id: number
  fileName: string
  loadedBy: string
  createdAt: Date
  confirmedAt: Date | null
  /** What it held is no longer kept. */
  over: boolean
  fresh: number
  /** The first of them. */
  changes: readonly ForeseenChange[]
  changeCount: number
  same: number
  neverIn: number
  /** The first of them. */
  faults: readonly RowFault[]
  faultCount: number
  waiting: readonly { id: number }[]
  /** Whether who looks may go on with it. */
  helps: boolean
  /** Whether it is theirs to confirm. */
  confirms: boolean
  refused: { name: string; motivo: string; problem: string } | null
}

export const newCustomerLoadPage = view<{ problem: string }>('backoffice/customers/new-load')
export const customerLoadPage = view<CustomerLoadPage>('backoffice/customers/load')
export const mergePage = view<{
  id: number
  name: string
  values: Readonly<Record<'con' | 'motivo', string>>
  /** What would go over; null before anybody was named. */
  merging: { name: string; moving: string } | null
  problems: Problems
}>('backoffice/customers/merge')
export const viewCustomerPage = view<{
  id: number
  name: string
  reason: string
  problem: string
}>('backoffice/customers/view')
export const parametersPage = view<ParametersPage>('backoffice/parameters/index')
export const parameterPage = view<ParameterPage>('backoffice/parameters/show')
export const previewPage = view<PreviewPage>('backoffice/parameters/preview')
export const customerPage = view<CustomerPage>('backoffice/customers/show')

export const staffReceiptsPage = view<{
  q: string
  receipts: readonly StaffReceiptRow[]
  /** Address. */
  older: string | null
}>('backoffice/receipts/index')

export const staffReceiptPageView = view<
  StaffReceiptPage & {
    /** Where its annulment is asked for, by who may. */
    annul: string | null
    /** Where it is given back, by who may. */
    credit: string | null
  }
>('backoffice/receipts/show')

export const annulmentPage = view<{
  receipt: StaffReceiptRow
  /** What to know before; empty when it cannot be. */
  terms: readonly string[]
  refused: string | null
  reason: string
  problem: string
}>('backoffice/receipts/annulment')

export const creditNotePage = view<{ receipt: StaffReceiptRow; form: CreditForm }>(
  'backoffice/receipts/credit-note',
)

export const annulmentsPage = view<{
  annulments: readonly AnnulmentRow[]
  /** Address. */
  older: string | null
}>('backoffice/receipts/annulments')

export const putAsidePage = view<{
  files: readonly (PutAside & { href: string; receipt: string })[]
  /** Address. */
  older: string | null
}>('backoffice/receipts/aside')
interface MailLists {
  lists: readonly { href: string; text: string; here: boolean }[]
  /** Addresses. */
  first: string | null
  more: string | null
  deliveries: string
}

interface MailsPage extends MailLists {
  title: string
  none: string
  mails: readonly MailOnScreen[]
  /** The address of this page. */
  here: string
}

export const mailsPage = view<MailsPage>('backoffice/mails/index')
export const deadPage = view<MailLists & { addresses: readonly DeadOnScreen[] }>(
  'backoffice/mails/dead',
)

interface RolesPage {
  roles: readonly { name: string; about: string }[]
  areas: readonly { area: string; rights: readonly RightOnScreen[] }[]
  pairs: readonly { what: string; propose: string; approve: string }[]
}

export const rolesPage = view<RolesPage>('backoffice/roles')
