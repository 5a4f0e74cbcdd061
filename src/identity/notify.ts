import type { Tx } from '../db/transaction.ts'
import { enqueueMails } from '../outbox/enqueue-mails.ts'
import { fingerprint } from '../values/keys.ts'
import type { Login } from './login-store.ts'
import type { LinkPurpose } from './mailed-link-store.ts'
import { addLink } from './mailed-link-store.ts'
import { deviceLabel } from './sessions/device.ts'
import type { Tools, Visit } from './tools.ts'
import { randomToken } from './tools.ts'

/** Somebody who is told that something happened to their login. */
interface Notified {
  loginId: number
  partyId: number | null
  name: string
  address: string
}

/** Whom a login is told through; null when it has no address. */
export function notifiedOf(
  login: Pick<Login, 'id' | 'partyId' | 'displayName' | 'email'>,
): Notified | null {
  const { id, partyId, displayName, email } = login
  return email ? { loginId: id, partyId, name: displayName, address: email } : null
}

type NoticeReason =
  | 'new-device'
  | 'email-changed'
  | 'first-login-warning'
  | 'password-changed'
  | 'second-factor-changed'

const DAY_MS = 24 * 3_600_000
const FREEZE_DAYS = 10

/** Tells somebody what happened, when and from where, with a link that freezes the login. */
export async function notify(
  tx: Tx,
  tools: Tools,
  reason: NoticeReason,
  who: Notified,
  visit: Visit,
  now: Date,
  more: Record<string, string> = {},
): Promise<void> {
  const freezeUntil = new Date(now.getTime() + FREEZE_DAYS * DAY_MS)
  const freezeToken = await makeLink(tx, tools, who.loginId, 'freeze', freezeUntil, now)
  const circumstances = {
    at: now.toISOString(),
    device: deviceLabel(visit.userAgent),
    address: visit.address,
  }
  await sendMail(tx, tools, reason, who, { ...circumstances, ...more, freezeToken }, now)
}

/** A link that does one thing once; only its fingerprint is kept. */
export async function makeLink(
  tx: Tx,
  tools: Tools,
  loginId: number,
  purpose: LinkPurpose,
  expiresAt: Date,
  now: Date,
): Promise<string> {
  const token = randomToken(tools.random)
  await addLink(tx, { loginId, purpose, tokenHash: linkHash(tools, token), expiresAt }, now)
  return token
}

export function linkHash(tools: Tools, token: string): string {
  return fingerprint(tools.keys.token, `link:${token}`)
}

/** Leaves a mail of this room in the outbox; somebody is waiting for all of them. */
export async function sendMail(
  tx: Tx,
  tools: Tools,
  reason: string,
  who: Addressee,
  payload: Record<string, string>,
  now: Date,
  expiresAt?: Date,
): Promise<void> {
  await sendMails(tx, tools, reason, [who], payload, now, expiresAt)
}

type Addressee = Omit<Notified, 'loginId'>

/** The same mail to many. */
export async function sendMails(
  tx: Tx,
  tools: Pick<Tools, 'keys' | 'random'>,
  reason: string,
  people: readonly Addressee[],
  payload: Record<string, string>,
  now: Date,
  expiresAt?: Date,
): Promise<void> {
  const mails = people.map((who) => ({
    reason,
    subjectKey: `${reason}:${randomToken(tools.random)}`,
    partyId: who.partyId,
    receiptId: null,
    to: { name: who.name, address: who.address },
    payload,
    urgent: true,
    ...(expiresAt ? { expiresAt } : {}),
  }))
  await enqueueMails(tx, tools.keys.seal, mails, now)
}
