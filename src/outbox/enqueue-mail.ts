import type { Tx } from '../db/transaction.ts'
import { parseEmail } from '../values/email-address.ts'
import { seal } from '../values/keys.ts'
import type { NewMail } from './mail.ts'
import { headerText } from './mail.ts'
import { addMails } from './mail-store.ts'

/**
 * Puts a mail into the outbox, in the transaction of the fact it tells. Asking twice for the same
 * `subjectKey` queues one. `key` is `keys.seal`. Throws when the address is not one plain address:
 * whoever took it from a person has checked it with `parseEmail`.
 *
 * @returns whether the mail is new
 */
export async function enqueueMail(tx: Tx, key: Buffer, mail: NewMail, now: Date): Promise<boolean> {
  const address = parseEmail(mail.to.address)
  if (address === null) throw new Error(`Not a mail address, for ${mail.reason}`)
  const added = await addMails(tx, [
    {
      subject_key: mail.subjectKey,
      reason: mail.reason,
      party_id: mail.partyId,
      receipt_id: mail.receiptId,
      to_address: address,
      to_name: headerText(mail.to.name),
      payload: seal(key, JSON.stringify(mail.payload)),
      urgent: mail.urgent ? 1 : 0,
      created_at: now.toISOString(),
      next_attempt_at: now.toISOString(),
      expires_at: mail.expiresAt?.toISOString() ?? null,
    },
  ])
  return added === 1
}
