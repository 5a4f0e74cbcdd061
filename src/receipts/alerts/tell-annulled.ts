import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { holdersOf } from './holder-store.ts'

export const RECEIPT_ANNULLED = 'receipt-annulled'

/**
 * Tells whoever has a copy of a receipt, fetched or mailed, that it is annulled, whatever news they
 * want: they may have handed it on.
 */
export async function tellAnnulled(
  tx: Tx,
  receipt: { receiptId: number; accessKey: string; partyIds: readonly number[] },
  now: Date,
): Promise<void> {
  const { receiptId, accessKey, partyIds } = receipt
  const holders = await holdersOf(tx, receiptId, partyIds)
  const mails = holders.map(({ loginId, partyId, name, address }) => ({
    reason: RECEIPT_ANNULLED,
    subjectKey: `annulled:${accessKey}:login:${loginId}`,
    partyId,
    receiptId,
    to: { name, address },
    payload: null,
    urgent: false,
  }))
  await enqueueMails(tx, null, mails, now)
}
