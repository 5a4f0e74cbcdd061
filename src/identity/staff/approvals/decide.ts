import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Keys } from '../../../values/keys.ts'
import type { Staff } from '../../person.ts'
import { holdRight } from '../right-store.ts'
import type { ApprovalKind } from '../rights.ts'
import { FOUR_EYES, mayDo } from '../rights.ts'
import type { Approval, Verdict } from './approval-store.ts'
import { findApproval, settleApproval } from './approval-store.ts'

/**
 * What is done once a proposal is approved, in the transaction of the approval: null, or a sentence
 * that says why it can no longer be done. It writes its own entry in the chain, last.
 */
export type Deed = (
  tx: Tx,
  approval: Approval,
  approver: Staff,
  now: Date,
) => Promise<string | null>

/** What is done once a proposal is refused or withdrawn, in the transaction of that. */
export type Drop = (tx: Tx, approval: Approval, now: Date) => Promise<void>

export type Deeds = Readonly<Record<ApprovalKind, { readonly deed: Deed; readonly drop?: Drop }>>

type DecisionRefusal =
  /** There is none of this id, or it is not theirs to take back. */
  | 'none'
  /** Their role decides on no proposal of this kind. */
  | 'forbidden'
  | 'signed-out'
  /** Who proposed something does not decide on it. */
  | 'own'
  /** Somebody was faster. */
  | 'decided'

export type Decided =
  | { ok: true; kind: ApprovalKind }
  | { ok: false; refusal: DecisionRefusal }
  /** The deed itself could not be done; nothing was. */
  | { ok: false; refusal: 'deed'; sentence: string }

/**
 * Approves, refuses or withdraws one proposal; with the approval its deed is done, both or neither, and
 * what was kept for one that is given up goes with it.
 * `reason` is the decider's; may be empty. Of two who decide at once one wins.
 */
export async function decide(
  db: Db,
  keys: Pick<Keys, 'audit' | 'seal'>,
  actor: Staff,
  id: number,
  decision: { verdict: Verdict; reason: string },
  deeds: Deeds,
  now: Date,
): Promise<Decided> {
  try {
    return await transaction(db, async (tx): Promise<Decided> => {
      const approval = await findApproval(tx, keys.seal, id)
      if (!approval) return { ok: false, refusal: 'none' }
      const refusal = await refusalOf(tx, actor, approval, decision.verdict)
      if (refusal) return { ok: false, refusal }
      const { verdict, reason } = decision
      if (!(await settleApproval(tx, id, { verdict, reason, by: actor.loginId }, now))) {
        return { ok: false, refusal: 'decided' }
      }
      if (verdict === 'approved') await carryOut(tx, deeds, approval, actor, now)
      else await deeds[approval.kind].drop?.(tx, approval, now)
      const { kind, subject } = approval
      const detail = { kind, approval: id }
      const who = `login:${actor.loginId}`
      await record(
        tx,
        keys.audit,
        { actor: who, action: `approval.${verdict}`, subject, detail },
        now,
      )
      return { ok: true, kind }
    })
  } catch (error) {
    if (error instanceof Undone) return { ok: false, refusal: 'deed', sentence: error.message }
    throw error
  }
}

async function refusalOf(
  tx: Tx,
  actor: Staff,
  { kind, proposedBy }: Approval,
  verdict: Verdict,
): Promise<DecisionRefusal | null> {
  const own = proposedBy === actor.loginId
  const right = FOUR_EYES[kind][verdict === 'withdrawn' ? 'propose' : 'approve']
  if (verdict === 'withdrawn' && !own) return 'none'
  if (!mayDo(actor.role, right)) return 'forbidden'
  if (!(await holdRight(tx, actor, right))) return 'signed-out'
  return own && verdict !== 'withdrawn' ? 'own' : null
}

/** Thrown through the transaction, so that nothing stays of what a refused deed had begun. */
class Undone extends Error {}

async function carryOut(
  tx: Tx,
  deeds: Deeds,
  approval: Approval,
  approver: Staff,
  now: Date,
): Promise<void> {
  const sentence = await deeds[approval.kind].deed(tx, approval, approver, now)
  if (sentence !== null) throw new Undone(sentence)
}
