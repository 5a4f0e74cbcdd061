import type { BounceKind } from '../../db/tables/deliveries.ts'

/** What a mail server says of a mail that it could not deliver. */
interface ServerAnswer {
  /** Of RFC 3463, `5.1.1`; null when it gave none. */
  code: string | null
  text: string
}

const CODE = /\b[245]\.\d{1,3}\.\d{1,3}\b/
/** RFC 3463: no such mailbox, no such domain, not an address, it has moved, it is shut. */
const NOBODY_THERE = /^5\.(?:1\.(?:1|2|3|6|10)|2\.1|4\.4)$/
/** Codes that say nothing, so that the words have to. */
const VAGUE = /^5\.[01]\.0$/
const NOBODY_WORDS =
  /no such (?:user|mailbox|recipient|address)|(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|unavailable|not found|disabled|inactive)|unknown (?:user|mailbox|recipient|local part)|(?:does not|doesn't) exist|no mailbox here|invalid (?:recipient|mailbox)/i

/** The code in a text that a server wrote. */
export function codeIn(text: string): string | null {
  return CODE.exec(text)?.[0] ?? null
}

/**
 * Whether an answer that is final says that the address does not exist. A mail can be refused for
 * many other reasons (full mailbox, size, policy, our own name on a list), and none of them is the
 * address's fault.
 */
export function isGone({ code, text }: ServerAnswer): boolean {
  const told = code === null || VAGUE.test(code) ? (codeIn(text) ?? code) : code
  if (told !== null && !VAGUE.test(told)) return NOBODY_THERE.test(told)
  return !/^4/.test(text) && NOBODY_WORDS.test(text)
}

/** What a report means for the mail: a server that still tries says so, every other is done. */
export function kindOf(action: 'failed' | 'delayed', answer: ServerAnswer): BounceKind {
  if (action === 'delayed') return 'late'
  return isGone(answer) ? 'gone' : 'refused'
}
