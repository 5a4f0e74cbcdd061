import type { BounceKind } from '../../db/tables/deliveries.ts'

/** What a mail server says of a mail that it could not deliver. */
interface ServerAnswer {
  /** Of RFC 3463, `5.1.1`; null when it gave none. */
  code: string | null
  text: string
}

/** Not a piece of a network address. */
const CODE = /(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/
const AFTER_DIGITS = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)/
/** RFC 3463: no such mailbox, no such domain, not an address, it has moved, it is shut. */
const NOBODY_THERE = /^5\.(?:1\.(?:1|2|3|6|10)|2\.1|4\.4)$/
/** Codes that say nothing, so that the words have to. */
const VAGUE = /^5\.[01]\.0$/
const NOBODY_WORDS =
  /no such (?:user|mailbox|recipient|address)|(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|unavailable|not found|disabled|inactive)|unknown (?:user|mailbox|recipient|local part)|(?:does not|doesn't) exist|no mailbox here|invalid (?:recipient|mailbox)|unrouteable address/i

/** The code in a text that a server wrote. */
export function codeIn(text: string): string | null {
  return CODE.exec(text)?.[0] ?? null
}

/**
 * The code that says most. What the last server wrote behind its digits goes before the status of
 * the report, which is a guess of the server between (5.1.1 for every 550, Sendmail).
 */
export function clearestCode({ code, text }: ServerAnswer): string | null {
  const [, theirs = null] = AFTER_DIGITS.exec(text) ?? []
  const told = [theirs, code, codeIn(text)].filter((one) => one !== null)
  return told.find((one) => !VAGUE.test(one)) ?? told[0] ?? null
}

/**
 * Whether an answer that is final says that the address does not exist. A mail can be refused for
 * many other reasons (full mailbox, size, policy, our own name on a list), and none of them is the
 * address's fault.
 */
export function isGone({ code, text }: ServerAnswer): boolean {
  const told = clearestCode({ code, text })
  if (told !== null && !VAGUE.test(told)) return NOBODY_THERE.test(told)
  return !/^4/.test(text) && NOBODY_WORDS.test(text)
}

/** What a report means for the mail: a server that still tries says so, every other is done. */
export function kindOf(action: 'failed' | 'delayed', answer: ServerAnswer): BounceKind {
  if (action === 'delayed') return 'late'
  return isGone(answer) ? 'gone' : 'refused'
}
