import type { Stage } from '../../../db/tables/intake.ts'

/** How far a receipt can come, in order; the news of one that bounced came no farther than that. */
export const STAGES = [
  'loaded',
  'authorized',
  'mailed',
  'bounced',
  'delivered',
  'opened',
  'downloaded',
] as const satisfies readonly Stage[]

/** What became of one mail: still on its way, back again, or taken and not heard of since. */
export type MailState = 'mailed' | 'bounced' | 'delivered'

/** What tells how far a receipt has come. */
export interface ReceiptFacts {
  /** Whether the SRI has authorised it, now or before. */
  readonly authorized: boolean
  /** By its owners, in the portal; not by the bank's people. */
  readonly read: 'opened' | 'downloaded' | null
  /** It waits for the summary of the day. */
  readonly waiting: boolean
  /** Of the last mail to each owner. */
  readonly mails: readonly MailState[]
}

const BEST_FIRST: readonly MailState[] = ['delivered', 'mailed', 'bounced']

/** The farthest that a receipt has come, by whatever way. */
export function stageOf({ authorized, read, waiting, mails }: ReceiptFacts): Stage {
  if (read) return read
  if (!authorized) return 'loaded'
  const best = BEST_FIRST.find((state) => mails.includes(state))
  return best ?? (waiting ? 'mailed' : 'authorized')
}
