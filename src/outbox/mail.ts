import type { Db } from '../db/open.ts'
import type { MailStatus } from '../db/tables/outbox.ts'
import { unseal } from '../values/keys.ts'

/** A mail that has to leave because of a fact; written in the transaction of that fact. */
export interface NewMail {
  /** Names the composer that will write it: `receipt-alert`. */
  reason: string
  /** The same key is never mailed twice: fact, recipient and reason in one text. */
  subjectKey: string
  partyId: number | null
  receiptId: number | null
  to: { name: string; address: string }
  /**
   * What the composer needs; sealed at rest and wiped when the mail has left or was given up. Null
   * when the receipt says it all.
   */
  payload: Readonly<Record<string, unknown>> | null
  /** Somebody is waiting for it on a screen: it never queues behind announcements. */
  urgent: boolean
  /** After this it is not worth sending (a code that has expired); none: the policy's hours. */
  expiresAt?: Date
}

/** A mail on its way, as a composer and staff see it. */
export interface QueuedMail {
  id: number
  reason: string
  subjectKey: string
  partyId: number | null
  receiptId: number | null
  to: { name: string; address: string }
  urgent: boolean
  status: MailStatus
  /** Tries so far, this one not counted. */
  attempts: number
  createdAt: Date
  expiresAt: Date | null
}

export interface Attachment {
  filename: string
  contentType: string
  content: Uint8Array
}

/** What a mail says; headers and addresses are the outbox's business. */
export interface ComposedMail {
  subject: string
  html: string
  text: string
  attachments: readonly Attachment[]
}

/**
 * Writes one kind of mail when it leaves, from the facts of that moment. What it throws is a
 * surprise (logged, and the mail tried again later), except `NothingToSay`.
 */
export type Composer = (
  db: Db,
  payload: Readonly<Record<string, unknown>>,
  mail: QueuedMail,
) => Promise<ComposedMail>

/** What a composer throws when the fact is no more, so that the mail is dropped. */
export class NothingToSay extends Error {}

/** Every kind of mail that the product sends, by reason. */
export type Composers = ReadonlyMap<string, Composer>

/** Opens what the composer was left; an empty text stands for nothing. `key` is `keys.seal`. */
export function openPayload(key: Buffer, sealed: string): Record<string, unknown> {
  return sealed === '' ? {} : JSON.parse(unseal(key, sealed))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not get through
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

/** One line for a header: no line break or control character survives, nor a change of direction. */
export function headerText(text: string): string {
  return text.replace(UNPRINTABLE, ' ').toWellFormed().trim()
}
