import type { Tx } from '../../../db/transaction.ts'
import { endLot, lotById, moveLot } from '../lot-store.ts'

/**
 * What follows when nobody wants a lot read to its end: one that was never read is put aside; one to
 * which mended rows were coming stays as it was before.
 */
export async function stopReading(tx: Tx, lotId: number, now: Date): Promise<boolean> {
  const { summary } = await lotById(tx, lotId)
  return summary === null
    ? endLot(tx, lotId, ['reading'], 'discarded', now)
    : moveLot(tx, lotId, ['reading'], 'ready')
}
