import { record } from '../../../audit/audit-store.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Keys } from '../../../values/keys.ts'
import type { Staff } from '../../person.ts'
import { holdRight } from '../right-store.ts'
import { FOUR_EYES } from '../rights.ts'
import type { NewApproval } from './approval-store.ts'
import { addApproval } from './approval-store.ts'

export type Proposed =
  | { ok: true; id: number }
  /** `open-already`: the same waits for a decision. `signed-out`: the actor may do so no longer. */
  | { ok: false; refusal: 'open-already' | 'signed-out' }

/**
 * Leaves something for a second person to decide. Nothing may be written to this transaction after
 * it, since it ends with the entry in the chain.
 */
export async function propose(
  tx: Tx,
  keys: Pick<Keys, 'audit' | 'seal'>,
  actor: Staff,
  proposal: NewApproval,
  now: Date,
): Promise<Proposed> {
  const { kind, subject } = proposal
  if (!(await holdRight(tx, actor, FOUR_EYES[kind].propose))) {
    return { ok: false, refusal: 'signed-out' }
  }
  const id = await addApproval(tx, keys.seal, { ...proposal, proposedBy: actor.loginId }, now)
  if (id === null) return { ok: false, refusal: 'open-already' }
  const who = `login:${actor.loginId}`
  const detail = { kind, approval: id }
  await record(tx, keys.audit, { actor: who, action: 'approval.proposed', subject, detail }, now)
  return { ok: true, id }
}
