import type { Tx } from '../db/transaction.ts'
import { parseEmail } from '../values/email-address.ts'
import { seal } from '../values/keys.ts'
import type { NewMail } from './mail.ts'
import { headerText } from './mail.ts'
import { addMails } from './mail-store.ts'

/**
 * Puts mails into the outbox, in the transaction of the fact they tell; ten thousand as well as one.
 * Asking twice for the same `subjectKey` queues one. `key` is `keys.seal`; null will do where no
 * mail has a payload. Throws when an address is not one plain address: whoever took it from a
 * person has checked it with `parseEmail`.
 *
 * @returns how many are new
 */
export async function enqueueMails(
  tx: Tx,
  key: Buffer | null,
  mails: readonly NewMail[],
  now: Date,
): Promise<number> {
  const at = now.toISOString()
  return addMails(
    tx,
    mails.map((mail) => ({
      subject_key: mail.subjectKey,
      reason: mail.reason,
      party_id: mail.partyId,
      receipt_id: mail.receiptId,
      to_address: plainAddress(mail),
      to_name: headerText(mail.to.name),
      payload: sealPayload(key, mail),
      urgent: mail.urgent ? 1 : 0,
      created_at: at,
      next_attempt_at: at,
      expires_at: mail.expiresAt?.toISOString() ?? null,
    })),
  )
}

function plainAddress({ to, reason }: NewMail): string {
  const address = parseEmail(to.address)
  if (address === null) throw new Error(`Not a mail address, for ${reason}`)
  return address
}

function sealPayload(key: Buffer | null, { payload, reason }: NewMail): string {
  if (payload === null) return ''
  if (key === null) throw new Error(`No key for the payload of ${reason}`)
  return seal(key, JSON.stringify(payload))
}
