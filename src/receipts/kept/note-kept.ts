import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import type { Kept } from './keep-receipts.ts'

/** What the audit chain calls receipts that came in; `detail.loaded` says how many are new. */
export const RECEIPTS_LOADED = 'receipts.loaded'

interface NoteNeeds {
  keys: Pick<Keys, 'audit'>
  /** Who brought them. */
  actor: string
}

/**
 * Notes in the audit chain what became of receipts that were kept. Last in the transaction, because
 * from then on whoever else notes something waits for its end.
 */
export async function noteKept(
  tx: Tx,
  kept: readonly Kept[],
  { keys, actor }: NoteNeeds,
  now: Date,
): Promise<void> {
  // Nothing new is no fact: a load of what is in already must not swell the chain.
  if (kept.every(({ outcome }) => outcome === 'duplicated')) return
  const count = (outcome: Kept['outcome']) => kept.filter((one) => one.outcome === outcome).length
  const entry: AuditEntry = {
    actor,
    action: RECEIPTS_LOADED,
    subject: 'receipts',
    detail: {
      loaded: count('loaded'),
      authorized: count('authorized'),
      duplicated: count('duplicated'),
      clashing: count('same-key-other-bytes'),
    },
  }
  await record(tx, keys.audit, entry, now)
}
