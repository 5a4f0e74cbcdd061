import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { addressOfLogin } from '../../receipts/alerts/alert-store.ts'
import { parseEmail } from '../../values/email-address.ts'
import type { Package } from './package.ts'

export const PACKAGE_ENDED = 'package-ended'

/**
 * Tells whoever asked for a package how it ended, in the transaction that ends it. A program is not
 * mailed: it asks.
 */
export async function announcePackage(
  tx: Tx,
  sealKey: Buffer,
  { id, loginId, apiKeyId }: Pick<Package, 'id' | 'loginId' | 'apiKeyId'>,
  now: Date,
): Promise<void> {
  if (apiKeyId !== null) return
  const login = await addressOfLogin(tx, loginId)
  const address = login === null ? null : parseEmail(login.address)
  if (login === null || login.dead || address === null) return
  const mail = {
    reason: PACKAGE_ENDED,
    subjectKey: `package:${id}`,
    partyId: login.partyId,
    receiptId: null,
    to: { name: login.name, address },
    payload: { packageId: id },
    urgent: false,
  }
  await enqueueMails(tx, sealKey, [mail], now)
}
