import type { Tx } from '../../db/transaction.ts'
import { countOutcomes } from './lot-item-store.ts'
import { holdLot, keepSummary } from './lot-store.ts'
import { emptySummary } from './lot-summary.ts'

/** Brings the counts of a lot's summary up to what became of its documents. */
export async function recount(tx: Tx, lotId: number): Promise<void> {
  // Whoever counts up one by one waits, and adds to what is counted here.
  const { summary } = await holdLot(tx, lotId)
  const outcomes = await countOutcomes(tx, lotId)
  await keepSummary(tx, lotId, { ...(summary ?? emptySummary()), outcomes })
}
