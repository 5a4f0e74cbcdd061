import crypto from 'node:crypto'
import type { CodePolicy } from '../../policy/policy.ts'
import { fingerprint } from '../../values/keys.ts'

/** What a code is good for; one for another purpose never fits. */
export type CodePurpose =
  | 'first-login:contact'
  | 'first-login:email'
  | 'profile:email'
  | 'access:grant'

/** Longest thing that is taken for a code as somebody may paste it. */
const TYPED_LENGTH_MAX = 40

/** Length and life of a code. */
interface CodeRule {
  length: number
  minutes: number
}

/**
 * A code to the address the bank holds is all that stands between a stranger with the cédula and
 * the customer's receipts, so it is longer; and as it may lie in a mailbox seldom read, it lives
 * longer too.
 */
export function codeRule(policy: CodePolicy, purpose: CodePurpose): CodeRule {
  if (purpose === 'first-login:contact') return { length: 8, minutes: 15 }
  return { length: policy.length, minutes: policy.lifetimeMinutes }
}

/** Seconds before another code may be asked for; none has been sent: none. */
export function secondsToWait(sentAt: Date | null, policy: CodePolicy, now: Date): number {
  if (!sentAt) return 0
  const ready = sentAt.getTime() + policy.resendAfterSeconds * 1_000
  return Math.max(0, Math.ceil((ready - now.getTime()) / 1_000))
}

/** Random text over an alphabet, every sign as likely as any other. */
export function randomText(
  alphabet: string,
  length: number,
  random: (length: number) => Buffer,
): string {
  const fair = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length] ?? ''
    }
  }
  return text
}

/** A code as it was meant, whatever the case, blanks and hyphens it was typed with. */
export function normalizeCode(typed: string): string {
  return typed
    .slice(0, TYPED_LENGTH_MAX)
    .replaceAll(/[\s\u200B-]/g, '')
    .toUpperCase()
}

/** What is stored of a code: good in one session and for one purpose only. */
export function codeFingerprint(
  key: Buffer,
  sessionId: string,
  purpose: CodePurpose,
  code: string,
): string {
  return fingerprint(key, `${sessionId}\n${purpose}\n${code}`)
}

export function sameFingerprint(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && crypto.timingSafeEqual(a, b)
}
