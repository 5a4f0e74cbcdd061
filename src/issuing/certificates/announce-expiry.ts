import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { parseEmail } from '../../values/email-address.ts'
import { listCertificates } from './certificate-list-store.ts'
import { administrators } from './notified-store.ts'

export const CERTIFICATE_EXPIRING = 'certificate-expiring'

/** So many days before the end, each time once. */
const DAYS_BEFORE = [60, 30, 7]
const DAY_MS = 86_400_000

/**
 * Tells who administers the portal that a certificate is about to expire: without it nothing can be
 * issued. Call it as often as you like.
 */
export async function announceExpiry(db: Db, sealKey: Buffer, now: Date): Promise<void> {
  const expiring = (await listCertificates(db)).flatMap((certificate) => {
    const { inUseAt, retiredAt, validTo } = certificate
    const left = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
    const step = DAYS_BEFORE.filter((days) => left < days).at(-1)
    return inUseAt !== null && retiredAt === null && step !== undefined
      ? [{ ...certificate, step }]
      : []
  })
  if (expiring.length === 0) return
  const people = await administrators(db)
  const mails = expiring.flatMap(({ id, issuerRuc, holder, validTo, step }) =>
    people.flatMap(({ loginId, name, email }) => {
      const address = parseEmail(email)
      if (address === null) return []
      return {
        reason: CERTIFICATE_EXPIRING,
        subjectKey: `certificate:${id}:${step}:login:${loginId}`,
        partyId: null,
        receiptId: null,
        to: { name, address },
        payload: { issuerRuc, holder, validTo: validTo.toISOString() },
        urgent: false,
      }
    }),
  )
  await transaction(db, (tx) => enqueueMails(tx, sealKey, mails, now))
}
