import { setTimeout as pause } from 'node:timers/promises'

const STEP_MS = 100

/**
 * Gives a result only at whole steps of time since the question, so that how long the work
 * took (is there such a customer? was a mail written?) cannot be measured from outside. Answer
 * afterwards, not within: a reply sent inside `work` has left before the step is full.
 */
export async function inEvenTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    const elapsed = performance.now() - started
    await pause(Math.ceil(elapsed / STEP_MS) * STEP_MS - elapsed)
  }
}
