import type { Tx } from '../db/transaction.ts'
import { headerText } from '../outbox/mail.ts'
import type { MailRow } from '../outbox/mail-store.ts'
import { addMails } from '../outbox/mail-store.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import { parseEmail } from '../values/email-address.ts'
import type { AlertedLogin } from './alerts/alert-store.ts'
import { addDigestItems, alertedLogins } from './alerts/alert-store.ts'
import type { ReceiptStatus } from './receipt.ts'

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
  const mails: MailRow[] = []
  const items: { loginId: number; receiptId: number }[] = []
  for (const receipt of authorized) {
    for (const partyId of new Set(receipt.partyIds)) {
      const login = logins.get(partyId)
      if (login?.alerts === 'daily') {
        items.push({ loginId: login.loginId, receiptId: receipt.receiptId })
      } else if (login && parseEmail(login.address) === login.address) {
        mails.push(alertRow(receipt, login, now.toISOString()))
      }
    }
  }
  await addDigestItems(tx, items, now)
  return addMails(tx, mails)
}

/** The payload is empty: all that the mail says is read from the receipt when it leaves. */
function alertRow(receipt: KeptReceipt, login: AlertedLogin, at: string): MailRow {
  return {
    subject_key: `alert:${receipt.accessKey}:login:${login.loginId}`,
    reason: RECEIPT_ALERT,
    party_id: login.partyId,
    receipt_id: receipt.receiptId,
    to_address: login.address,
    to_name: headerText(login.name),
    payload: '',
    urgent: 0,
    created_at: at,
    next_attempt_at: at,
    expires_at: null,
  }
}
