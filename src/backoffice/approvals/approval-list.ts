import type { Db } from '../../db/open.ts'
import type { Staff } from '../../identity/person.ts'
import type { Approval, DecisionPlace } from '../../identity/staff/approvals/approval-store.ts'
import {
  decidedApprovals,
  waitingApprovals,
} from '../../identity/staff/approvals/approval-store.ts'
import { loginNames } from '../../identity/staff/login-name-store.ts'
import { FOUR_EYES, mayDo } from '../../identity/staff/rights.ts'
import type { ApprovalKinds, DescribedApproval } from './approval-kinds.ts'

/** A proposal as the page shows it to one person. */
export interface ApprovalOnScreen extends DescribedApproval {
  id: number
  what: string
  who: string
  at: Date
  reason: string
  decision: {
    verdict: string
    kind: 'ok' | 'mal' | ''
    who: string
    at: Date
    reason: string
  } | null
  /** Whether this person may approve or refuse it. */
  decides: boolean
  /** Whether it is theirs to take back. */
  withdraws: boolean
}

const VERDICTS = {
  approved: { verdict: 'Aprobada', kind: 'ok' },
  refused: { verdict: 'Rechazada', kind: 'mal' },
  withdrawn: { verdict: 'Retirada', kind: '' },
} as const

const WAITING_PAGE = 20
const DECIDED_PAGE = 20

/** What a list of proposals is made of. `sealKey` is `keys.seal`. */
export interface ListNeeds {
  db: Db
  sealKey: Buffer
  kinds: ApprovalKinds
}

/** One page of those that wait, the oldest first, and the id after which there are more. */
export async function pageOfWaiting(needs: ListNeeds, viewer: Staff, after: number) {
  const rows = await waitingApprovals(needs.db, needs.sealKey, after, WAITING_PAGE + 1)
  const shown = rows.slice(0, WAITING_PAGE)
  const last = rows.length > WAITING_PAGE ? (shown.at(-1)?.id ?? null) : null
  return { waiting: await describeApprovals(needs, viewer, shown), last }
}

/** One page of those decided, the newest first, and the place after which there are older ones. */
export async function pageOfDecided(needs: ListNeeds, viewer: Staff, after: DecisionPlace | null) {
  const rows = await decidedApprovals(needs.db, needs.sealKey, after, DECIDED_PAGE + 1)
  const shown = rows.slice(0, DECIDED_PAGE)
  const last = rows.length > DECIDED_PAGE ? (shown.at(-1) ?? null) : null
  return { decided: await describeApprovals(needs, viewer, shown), last }
}

/** Puts words and names to proposals: one query a kind, and one for all the names. */
export async function describeApprovals(
  { db, kinds }: Pick<ListNeeds, 'db' | 'kinds'>,
  viewer: Staff,
  approvals: readonly Approval[],
): Promise<ApprovalOnScreen[]> {
  const words = new Map<number, DescribedApproval>()
  const byKind = Object.entries(Object.groupBy(approvals, ({ kind }) => kind))
  for (const [kind, some] of byKind) {
    const described = await kinds[kind as Approval['kind']].describe(db, some)
    for (const [at, { id }] of some.entries()) {
      const one = described[at]
      if (one) words.set(id, one)
    }
  }
  const people = approvals.flatMap(({ proposedBy, decision }) => [proposedBy, decision?.by ?? 0])
  const names = await loginNames(db, [...new Set(people)])
  return approvals.flatMap((approval) => {
    const described = words.get(approval.id)
    return described ? [onScreen(approval, described, viewer, names, kinds)] : []
  })
}

function onScreen(
  approval: Approval,
  described: DescribedApproval,
  viewer: Staff,
  names: ReadonlyMap<number, string>,
  kinds: ApprovalKinds,
): ApprovalOnScreen {
  const { id, kind, proposedBy, proposedAt, reason, decision } = approval
  const own = proposedBy === viewer.loginId
  const open = decision === null
  return {
    ...described,
    id,
    what: described.what ?? kinds[kind].name,
    who: names.get(proposedBy) ?? '',
    at: proposedAt,
    reason,
    decision: decision && {
      ...VERDICTS[decision.verdict],
      who: names.get(decision.by) ?? '',
      at: decision.at,
      reason: decision.reason,
    },
    decides: open && !own && mayDo(viewer.role, FOUR_EYES[kind].approve),
    withdraws: open && own && mayDo(viewer.role, FOUR_EYES[kind].propose),
  }
}
