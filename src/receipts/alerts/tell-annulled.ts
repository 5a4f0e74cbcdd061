import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import type { QueuedMail } from '../../outbox/mail.ts'
import { accountantsHolding, holdersOf } from './holder-store.ts'

export const RECEIPT_ANNULLED = 'receipt-annulled'
/** The same for an accountant, who is told only what they may still read when the mail leaves. */
export const CLIENT_RECEIPT_ANNULLED = 'client-receipt-annulled'

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
    subjectKey: subjectKeyOf(accessKey, loginId),
    partyId,
    receiptId,
    to: { name, address },
    payload: null,
    urgent: false,
  }))
  const accountants = await accountantsHolding(tx, receiptId)
  const toAccountants = accountants.map(({ loginId, name, address }) => ({
    reason: CLIENT_RECEIPT_ANNULLED,
    subjectKey: subjectKeyOf(accessKey, loginId),
    partyId: null,
    // What becomes of a mail to them says nothing of whether its owner was reached.
    receiptId: null,
    to: { name, address },
    payload: null,
    urgent: false,
  }))
  await enqueueMails(tx, null, [...mails, ...toAccountants], now)
}

function subjectKeyOf(accessKey: string, loginId: number): string {
  return `annulled:${accessKey}:login:${loginId}`
}

/** Which receipt a mail tells of, and to which login. */
export function toldOf({ subjectKey }: Pick<QueuedMail, 'subjectKey'>): {
  accessKey: string
  loginId: number
} {
  const [, accessKey = '', , login = ''] = subjectKey.split(':')
  return { accessKey, loginId: Number(login) }
}
