import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import type { Tools } from '../tools.ts'
import { randomToken } from '../tools.ts'
import type { CodePurpose } from './one-time-code.ts'
import { codeFingerprint, codeRule, randomText } from './one-time-code.ts'
import { addCode } from './one-time-code-store.ts'

interface CodeOrder {
  sessionId: string
  loginId: number | null
  partyId: number | null
  purpose: CodePurpose
  /** Null: the code is made and nobody ever learns it, where nobody must see that none was sent. */
  to: { name: string; address: string } | null
  /** What the mail says that the code does, besides its purpose. */
  about?: Readonly<Record<string, string>>
  /** The code lives no longer than the session that asks for it. */
  sessionEndsAt: Date
}

const REASONS: Record<CodePurpose, string> = {
  'first-login:contact': 'first-code',
  'first-login:email': 'email-code',
  'profile:email': 'email-code',
  'access:grant': 'access-code',
}

/** Makes a code for a session, ending the one before, and leaves the mail that carries it. */
export async function sendCode(tx: Tx, tools: Tools, order: CodeOrder, now: Date): Promise<void> {
  const { policy, keys, random } = tools
  const { sessionId, loginId, partyId, purpose, to, about, sessionEndsAt } = order
  const { length, minutes } = codeRule(policy.code, purpose)
  const code = randomText(policy.code.alphabet, length, random)
  const expiresAt = new Date(Math.min(now.getTime() + minutes * 60_000, sessionEndsAt.getTime()))
  await addCode(
    tx,
    {
      sessionId,
      loginId,
      partyId,
      purpose,
      hash: codeFingerprint(keys.code, sessionId, purpose, code),
      attempts: policy.code.attemptsMax,
      expiresAt,
    },
    now,
  )
  if (!to) return
  const mail = {
    reason: REASONS[purpose],
    subjectKey: `${REASONS[purpose]}:${randomToken(random)}`,
    partyId,
    receiptId: null,
    to,
    payload: { ...about, code, purpose, expiresAt: expiresAt.toISOString() },
    urgent: true,
    expiresAt,
  }
  await enqueueMails(tx, keys.seal, [mail], now)
}
