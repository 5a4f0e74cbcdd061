import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../../../db/open.ts'
import type { StreamMessage } from '../../../../web/event-stream.ts'
import { isLive } from '../../../../work/job.ts'
import { lastJobOf } from '../../../../work/job-store.ts'
import { LOT_JOBS } from '../../lot-jobs.ts'

const LOOK_MS = 1_000
/** Then the browser asks again. */
const WATCH_MS = 60_000

interface Watched {
  /** What is shown of the lot at this moment. */
  render(): Promise<string>
  /** False once whoever watches was signed out, or may see lots no more. */
  mayGoOn(): Promise<boolean>
}

/**
 * News of a lot while something is being done to it: the page's part whenever it has changed, once a
 * second at most, and `fin` when there is no more to come. Who was shut out meanwhile hears no more, and
 * is told so when the browser asks again.
 */
export async function* watchLot(
  db: Db,
  lotId: number,
  { render, mayGoOn }: Watched,
  over: AbortSignal,
): AsyncGenerator<StreamMessage> {
  let shown = ''
  for (let looks = 0; looks * LOOK_MS < WATCH_MS && !over.aborted; looks += 1) {
    if (looks > 0 && !(await mayGoOn())) return
    const html = await render()
    if (html !== shown) yield { html }
    shown = html
    const job = await lastJobOf(db, lotId, LOT_JOBS)
    if (job === null || !isLive(job)) {
      yield { html: await render() }
      yield { event: 'fin' }
      return
    }
    await pause(LOOK_MS, undefined, { signal: over }).catch(() => undefined)
  }
}
