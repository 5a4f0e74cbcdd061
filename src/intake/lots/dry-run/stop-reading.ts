import type { Tx } from '../../../db/transaction.ts'
import { endLot, lotById, moveLot } from '../lot-store.ts'
import { emptySummary, publishable } from '../lot-summary.ts'

/**
 * What follows when nobody wants a lot read to its end: one that was never read is put aside; one to
 * which mended rows were coming stays as it was before.
 */
export async function stopReading(tx: Tx, lotId: number, now: Date): Promise<boolean> {
  const { summary } = await lotById(tx, lotId)
  return summary === null ? endLot(tx, lotId, ['reading'], 'discarded', now) : endReading(tx, lotId)
}

/** A lot that was read waits to be published; one that was, and got nothing to add, stays published. */
export async function endReading(tx: Tx, lotId: number): Promise<boolean> {
  const { summary, publishedAt } = await lotById(tx, lotId)
  const nothingNew = publishedAt !== null && publishable(summary ?? emptySummary()) === 0
  return moveLot(tx, lotId, ['reading'], nothingNew ? 'published' : 'ready')
}
