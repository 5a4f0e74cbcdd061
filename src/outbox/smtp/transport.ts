import type { ComposedMail } from '../mail.ts'

/** A composed mail with its one recipient. */
export interface OutgoingMail extends ComposedMail {
  to: { name: string; address: string }
  /** With its angle brackets. */
  messageId: string
  date: Date
  /** Awaited when all has been said but the end, after which the server may accept the mail. */
  beforeEnd?: () => Promise<void>
}

/**
 * How a try ended. `answer` is the server's, without addresses of persons, for staff to read.
 *
 * - `accepted`: the server has taken responsibility.
 * - `refused`: it never will take this mail, or never for this recipient.
 * - `postponed`: not now; this mail is tried again later.
 * - `unavailable`: no mail would get through now (no connection, no TLS, wrong password), so the
 *   fault is not this mail's and costs it no try.
 * - `cut`: we hung up before the server answered.
 */
export interface Delivery {
  outcome: 'accepted' | 'refused' | 'postponed' | 'unavailable' | 'cut'
  answer: string
}

/** What takes mail out of the house. Never throws because of the other side. */
export interface MailTransport {
  /** The domain of the sender, on which Message-IDs stand. */
  readonly domain: string
  send(mail: OutgoingMail): Promise<Delivery>
  /** Hangs up on every conversation, and begins no other. */
  cut(): void
  /** Ends idle connections; what is being sent is finished first. */
  close(): Promise<void>
}
