import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { addDays, dayOf, GUAYAQUIL_OFFSET } from '../../values/day.ts'
import { parseEmail } from '../../values/email-address.ts'
import type { DueDigest } from './alert-store.ts'
import { dueDigests, noteDigest, takeDigestItems } from './alert-store.ts'

export const RECEIPT_DIGEST = 'receipt-digest'

/** More receipts than that are counted, not listed. */
const DIGEST_LINES_MAX = 50

/** What the composer of the summary is given. */
export interface DigestPayload {
  /** The receipts of the day, at most as many as are listed. */
  receiptIds: number[]
  count: number
}

/** Of receipts in the order of their ids. */
export function digestPayload(receiptIds: readonly number[]): DigestPayload {
  return { receiptIds: receiptIds.slice(-DIGEST_LINES_MAX), count: receiptIds.length }
}

const PAGE = 200

/** How long after the hour a load may still commit what it began before; then nothing more comes. */
const LATE_MS = 3_600_000

/** The latest cutoff for which this process has gone through all that waits, by database. */
const settled = new WeakMap<Db, number>()

interface Needs {
  /** `keys.seal` */
  sealKey: Buffer
  /** The hour of Guayaquil at which the day's summary leaves (policy). */
  digestHour: number
}

/**
 * Queues the summaries that are due: one a login and day, of what came before the hour. May be
 * called at any time and as often as one likes: a summary missed at its hour is made up for later,
 * none is made twice. Once all of a day have left, calling costs nothing until the next.
 *
 * @returns how many were queued
 */
export async function sendDigests(db: Db, needs: Needs, now: Date): Promise<number> {
  const cutoff = lastCutoff(needs.digestHour, now)
  if (settled.get(db) === cutoff.getTime()) return 0
  const queued = await queueAll(db, needs.sealKey, cutoff, now)
  if (now.getTime() > cutoff.getTime() + LATE_MS) settled.set(db, cutoff.getTime())
  return queued
}

async function queueAll(db: Db, key: Buffer, cutoff: Date, now: Date): Promise<number> {
  let queued = 0
  for (let afterLoginId = 0; ; ) {
    const due = await dueDigests(db, cutoff, { afterLoginId, limit: PAGE })
    for (const digest of due) {
      if (await queueDigest(db, key, digest, cutoff, now)) queued += 1
      afterLoginId = digest.loginId
    }
    if (due.length < PAGE) return queued
  }
}

/** The latest moment at which summaries were to leave. */
function lastCutoff(hour: number, now: Date): Date {
  const today = dayOf(now)
  const at = (day: string) =>
    new Date(`${day}T${String(hour).padStart(2, '0')}:00:00.000${GUAYAQUIL_OFFSET}`)
  return at(today) <= now ? at(today) : at(addDays(today, -1))
}

async function queueDigest(
  db: Db,
  key: Buffer,
  digest: DueDigest,
  cutoff: Date,
  now: Date,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const receiptIds = await takeDigestItems(tx, digest.loginId, cutoff)
    const address = digest.address === null ? null : parseEmail(digest.address)
    if (!digest.wanted || address === null || receiptIds.length === 0) return false
    const mail = {
      reason: RECEIPT_DIGEST,
      subjectKey: `digest:${digest.loginId}:${dayOf(cutoff)}`,
      partyId: digest.partyId,
      receiptId: null,
      to: { name: digest.name, address },
      payload: { ...digestPayload(receiptIds) },
      urgent: false,
    }
    if ((await enqueueMails(tx, key, [mail], now)) === 1) {
      await noteDigest(tx, mail.subjectKey, receiptIds)
      return true
    }
    // A load that began before the hour committed after it: those wait for the next summary.
    throw new SummaryGone()
  }).catch((error: unknown) => {
    if (error instanceof SummaryGone) return false
    throw error
  })
}

/** The summary of that day has left; undoes the taking of the items. */
class SummaryGone extends Error {}
