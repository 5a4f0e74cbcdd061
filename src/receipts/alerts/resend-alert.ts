import type { Tx } from '../../db/transaction.ts'
import { bankAddressOf } from '../../identity/parties/contact-store.ts'
import { isAddressDead } from '../../outbox/bounces/dead-address-store.ts'
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
 * Queues once more what did not arrive, to the address that its reader has registered by now, or, when
 * that one is dead, to the one that the bank holds. A mail is sent again once, however often one asks;
 * the new one, if it fails too, can be in its turn.
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
  const address = login.dead ? await heldByBank(tx, failed.partyId) : login.address
  if (address === null) return 'dead-address'
  const { receiptId } = failed
  const receiptIds = receiptId === null ? await receiptsOfDigest(tx, failed.id) : [receiptId]
  const mail = {
    reason: failed.reason,
    subjectKey: `resend:${failed.id}`,
    partyId: failed.partyId,
    receiptId,
    to: { name: login.name, address },
    payload: receiptId === null ? { ...digestPayload(receiptIds) } : null,
    urgent: false,
  }
  if ((await enqueueMails(tx, sealKey, [mail], now)) === 0) return 'sent-again'
  if (receiptId === null) await noteDigest(tx, mail.subjectKey, receiptIds)
  return receiptIds
}

async function heldByBank(tx: Tx, partyId: number): Promise<string | null> {
  const held = await bankAddressOf(tx, partyId)
  return held !== null && !(await isAddressDead(tx, held)) ? held : null
}
