import type { Composer } from '../outbox/mail.ts'
import { RECEIPT_ALERT } from './alerts/alert-customers.ts'
import type { MailNeeds } from './alerts/compose-alert.ts'
import { composeAlert } from './alerts/compose-alert.ts'
import { composeDigest } from './alerts/compose-digest.ts'
import { RECEIPT_COPY } from './alerts/resend-receipt.ts'
import type { DigestPayload } from './alerts/send-digests.ts'
import { RECEIPT_DIGEST } from './alerts/send-digests.ts'
import { RECEIPT_ANNULLED } from './alerts/tell-annulled.ts'

/** What this room mails, by reason. */
export function receiptComposers(needs: MailNeeds): [reason: string, composer: Composer][] {
  return [
    [RECEIPT_ALERT, (db, _, mail) => composeAlert(db, mail, needs, 'new')],
    [RECEIPT_COPY, (db, _, mail) => composeAlert(db, mail, needs, 'copy')],
    [RECEIPT_ANNULLED, (db, _, mail) => composeAlert(db, mail, needs, 'annulled')],
    [
      RECEIPT_DIGEST,
      (db, payload, mail) => composeDigest(db, payload as unknown as DigestPayload, mail, needs),
    ],
  ]
}
