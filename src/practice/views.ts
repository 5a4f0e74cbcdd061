import type { CodeOnScreen } from '../identity/codes/code-on-screen.ts'
import type { Client } from '../receipts/scope/clients.ts'
import type { Day } from '../values/day.ts'
import type { Problems } from '../web/forms.ts'
import { view } from '../web/pages/view.ts'
import type { ClientOnScreen } from './clients/client-list.ts'
import type { ClientPage } from './clients/client-page.ts'
import type { TaxesOnScreen } from './clients/tax-totals.ts'
import type { TotalsTable } from './clients/totals.ts'
import type { EnteredAccountant, EnteredFirm } from './firms/add-member.ts'
import type { Firm } from './firms/firm-store.ts'
import type { Member, Membership } from './firms/member-store.ts'
import type { EnteredRequest } from './grants/ask-access.ts'
import type { GrantOnScreen, ReadingOnScreen } from './grants/grant-on-screen.ts'
import type { EnteredGrant, GrantProblems } from './grants/read-grant.ts'
import type { AccessRequest } from './grants/request-store.ts'
import type { UsesOnScreen } from './grants/uses-on-screen.ts'

/** `renewal`: the day that renewing proposes. */
export const accessesPage = view<{
  grants: readonly GrantOnScreen[]
  requests: readonly AccessRequest[]
  renewal: Day
  problem: { id: number; text: string } | null
}>('practice/accesses')

/** `previous` and `next`: the nearest months with anything in them. */
export const usesPage = view<{
  month: string
  rows: readonly UsesOnScreen[]
  isCut: boolean
  previous: string | null
  next: string | null
}>('practice/uses')

/** `asked`: the request that it would answer. */
export const newAccessPage = view<{
  values: EnteredGrant & { solicitud: string }
  numbers: readonly string[]
  kinds: readonly { value: string; label: string; checked: boolean }[]
  asked: AccessRequest | null
  problems: GrantProblems
}>('practice/new-access')

export const accessCodePage = view<{
  firm: string
  covers: ReadingOnScreen
  length: number
  problem: string | null
  code: CodeOnScreen | null
}>('practice/access-code')

/** `since`: the visit before this one, after which receipts count as new. */
export const clientsPage = view<{
  firm: Membership
  clients: readonly ClientOnScreen[]
  since: Date | null
  lookedAt: number
  soonDays: number
}>('practice/clients')

export const clientView = view<{ client: ClientPage }>('practice/client/show')

export const askAccessPage = view<{
  values: EnteredRequest
  problems: Problems
  requests: readonly (AccessRequest & { approved: boolean; open: boolean })[]
}>('practice/ask-access')

export const totalsPage = view<{
  tables: readonly TotalsTable[]
  taxes: TaxesOnScreen
  total: { count: string; phrase: string; value: string }
  days: string
  filters: readonly string[]
  back: string
}>('practice/totals')

export const teamPage = view<{
  firm: Membership
  members: readonly (Member & { clients: number })[]
}>('practice/team')
export const newMemberPage = view<{
  values: EnteredAccountant
  problems: Problems
  hours: number
}>('practice/new-member')
export const memberPage = view<{
  member: Member
  choices: readonly (Client & { checked: boolean })[]
}>('practice/member')

export const firmsPage = view<{
  firms: readonly (Firm & { members: number; grants: number })[]
  mayAdd: boolean
}>('practice/staff/firms')
export const newFirmPage = view<{ values: EnteredFirm; problems: Problems; hours: number }>(
  'practice/staff/new-firm',
)
export const firmPage = view<{
  firm: Firm
  members: readonly Member[]
  grants: readonly (GrantOnScreen & { party: string; partyId: number })[]
}>('practice/staff/firm')
