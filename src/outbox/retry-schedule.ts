const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const FIRST_WAIT = MINUTE
const FIRST_WAIT_URGENT = 5 * SECOND
const LONGEST_WAIT = 4 * HOUR

/** How far a wait strays from its length, so that mails refused together do not return together. */
const JITTER = 0.25

interface Retrying {
  createdAt: Date
  urgent: boolean
  /** Tries made, the one that just failed included. */
  attempts: number
}

/**
 * When a postponed mail is tried again: after a minute (five seconds when somebody waits for it),
 * then twice as long each time up to four hours. Null when `retryHours` have passed since it was
 * queued: it is given up. `random` is between 0 and 1.
 */
export function nextAttempt(
  mail: Retrying,
  retryHours: number,
  now: Date,
  random: number,
): Date | null {
  const end = mail.createdAt.getTime() + retryHours * HOUR
  if (now.getTime() >= end) return null
  const first = mail.urgent ? FIRST_WAIT_URGENT : FIRST_WAIT
  const wait = Math.min(first * 2 ** (mail.attempts - 1), LONGEST_WAIT)
  const strayed = wait * (1 - JITTER + 2 * JITTER * random)
  // The last try falls on the end itself, so that the whole time is used.
  return new Date(Math.min(now.getTime() + strayed, end))
}
