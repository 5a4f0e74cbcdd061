import type { Figure } from '../figures/figure.ts'
import { dayOf } from '../values/day.ts'

export const MAIL_SENT = 'mail.sent'
export const MAIL_FAILED = 'mail.failed'

/**
 * That mails left, or never will, on the day of this moment. What is queued is not counted: whoever
 * tells somebody something, a load of a thousand receipts too, would hold that figure until its end,
 * and a code that somebody waits for would wait with it.
 */
export function endedMails(as: 'sent' | 'failed', now: Date, count: number): Figure {
  const name = as === 'sent' ? MAIL_SENT : MAIL_FAILED
  return { name, day: dayOf(now), value: count, cents: 0 }
}
