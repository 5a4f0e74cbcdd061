import type { Db } from '../../db/open.ts'
import type { Approval } from '../../identity/staff/approvals/approval-store.ts'
import type { Deed, Drop } from '../../identity/staff/approvals/decide.ts'
import type { ApprovalKind } from '../../identity/staff/rights.ts'
import type { Tools } from '../../identity/tools.ts'
import type { LivePolicy } from '../../policy/live-policy.ts'
import type { Link } from '../../web/pages/brand.ts'
import { contactChange } from '../customers/change-contact.ts'
import { contactsChange, windowsOpening } from '../customers/load/load-approvals.ts'
import { partiesMerge } from '../customers/merge/merge-parties.ts'
import { issuanceAdoption } from '../issuances/adoption/adoption-approval.ts'
import { issuerChange, seriesMove } from '../issuer/issuer-approvals.ts'
import { parameterChange } from '../parameters/change-parameter.ts'
import { certificateReplacement } from './certificate-approval.ts'
import { lotPublication, lotWithdrawal } from './lot-approvals.ts'

/** A proposal in words, for who decides on it. */
export interface DescribedApproval {
  /** As a verb, when this one is called otherwise than its kind. */
  what?: string
  /** Where what it is about can be looked at. */
  about: Link
  /** What will be so once it is approved, or was to be. */
  effects: readonly { term: string; text: string }[]
}

/** What the portal knows of one kind of proposal. */
export interface KindOfApproval {
  /** As a verb: «Cambiar el correo que tiene el banco». */
  readonly name: string
  /** Each of some proposals of this kind, in their order; one query for them all. */
  describe(db: Db, approvals: readonly Approval[]): Promise<DescribedApproval[]>
  readonly deed: Deed
  readonly drop?: Drop
}

export type ApprovalKinds = Readonly<Record<ApprovalKind, KindOfApproval>>

/** Every kind there is: whoever adds one to `FOUR_EYES` says here what it is called and does. */
export function approvalKinds(tools: Tools, live: LivePolicy): ApprovalKinds {
  return {
    'contact.change': contactChange(tools),
    'issuance.adopt': issuanceAdoption(tools),
    'lot.publish': lotPublication(tools.keys),
    'lot.withdraw': lotWithdrawal(tools.keys),
    'contacts.change': contactsChange(tools),
    'windows.open': windowsOpening(tools),
    'parameter.change': parameterChange(tools.keys, live),
    'certificate.replace': certificateReplacement(tools.keys),
    'issuer.change': issuerChange(tools.keys),
    'series.move': seriesMove(tools.keys),
    'parties.merge': partiesMerge(tools),
  }
}
