import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { loginOfParty, noteDigest, receiptsOfDigest } from './alert-store.ts'
import { digestPayload } from './send-digests.ts'

/** A mail about receipts that did not arrive. */
export interface FailedAlert {
  readonly id: number
  readonly reason: string
  readonly partyId: number
  /** Null for a summary of the day. */
  readonly receiptId: number | null
}

export type AlertRefusal = 'no-address' | 'dead-address' | 'sent-again'

/**
 * Queues once more what did not arrive, to the address that its reader has registered by now. A mail
 * is sent again once, however often one asks; the new one, if it fails too, can be in its turn.
 *
 * @returns the receipts that it tells of, or why it is not sent
 */
export async function resendAlert(
  tx: Tx,
  sealKey: Buffer,
  failed: FailedAlert,
  now: Date,
): Promise<number[] | AlertRefusal> {
  const login = await loginOfParty(tx, failed.partyId)
  if (login === null) return 'no-address'
  if (login.dead) return 'dead-address'
  const { receiptId } = failed
  const receiptIds = receiptId === null ? await receiptsOfDigest(tx, failed.id) : [receiptId]
  const mail = {
    reason: failed.reason,
    subjectKey: `resend:${failed.id}`,
    partyId: failed.partyId,
    receiptId,
    to: { name: login.name, address: login.address },
    payload: receiptId === null ? { ...digestPayload(receiptIds) } : null,
    urgent: false,
  }
  if ((await enqueueMails(tx, sealKey, [mail], now)) === 0) return 'sent-again'
  if (receiptId === null) await noteDigest(tx, mail.subjectKey, receiptIds)
  return receiptIds
}
