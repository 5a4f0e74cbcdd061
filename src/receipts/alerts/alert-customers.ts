import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import type { NewMail } from '../../outbox/mail.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { ReceiptStatus } from '../receipt.ts'
import type { AlertedLogin } from './alert-store.ts'
import { addDigestItems, alertedLogins } from './alert-store.ts'

export const RECEIPT_ALERT = 'receipt-alert'

/** A receipt that has just been stored, with its owners. */
interface KeptReceipt {
  receiptId: number
  accessKey: string
  kind: DocumentKind
  status: ReceiptStatus
  number: string
  totalCents: number | null
  partyIds: readonly number[]
}

/**
 * Queues the announcements of new receipts in the transaction that stored them: a mail each, or a
 * line in the daily summary, or nothing, as each owner prefers. Whoever has no confirmed address is
 * not told, and a receipt is announced once it is authorised, not before. Three statements for any
 * number of receipts.
 *
 * @returns how many mails were queued
 */
export async function alertCustomers(
  tx: Tx,
  kept: readonly KeptReceipt[],
  now: Date,
): Promise<number> {
  const authorized = kept.filter((receipt) => receipt.status === 'authorized')
  const partyIds = new Set(authorized.flatMap((receipt) => receipt.partyIds))
  if (partyIds.size === 0) return 0
  const logins = await alertedLogins(tx, [...partyIds])
  if (logins.size === 0) return 0
  const mails: NewMail[] = []
  const items: { loginId: number; receiptId: number }[] = []
  for (const receipt of authorized) {
    for (const partyId of new Set(receipt.partyIds)) {
      const login = logins.get(partyId)
      if (login?.alerts === 'daily') {
        items.push({ loginId: login.loginId, receiptId: receipt.receiptId })
      } else if (login) {
        mails.push(alertOf(receipt, login))
      }
    }
  }
  await addDigestItems(tx, items, now)
  return enqueueMails(tx, null, mails, now)
}

/** All that the mail says is read from the receipt when it leaves. */
function alertOf(receipt: KeptReceipt, login: AlertedLogin): NewMail {
  return {
    reason: RECEIPT_ALERT,
    subjectKey: `alert:${receipt.accessKey}:login:${login.loginId}`,
    partyId: login.partyId,
    receiptId: receipt.receiptId,
    to: { name: login.name, address: login.address },
    payload: null,
    urgent: false,
  }
}
