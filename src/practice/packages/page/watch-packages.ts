import { setTimeout as pause } from 'node:timers/promises'
import type { StreamMessage } from '../../../web/event-stream.ts'

const LOOK_MS = 1_000
/** Then the browser asks again. */
const WATCH_MS = 60_000

interface Watched {
  /** What is shown at this moment, and whether there is more to come. */
  look(): Promise<{ html: string; live: boolean }>
  /** False once whoever watches was signed out. */
  mayGoOn(): Promise<boolean>
}

/**
 * News of packages while they are made: the page's part whenever it has changed, once a second at
 * most, and `fin` when there is no more to come.
 */
export async function* watchPackages(
  { look, mayGoOn }: Watched,
  over: AbortSignal,
): AsyncGenerator<StreamMessage> {
  let shown = ''
  for (let looks = 0; looks * LOOK_MS < WATCH_MS && !over.aborted; looks += 1) {
    if (looks > 0 && !(await mayGoOn())) return
    const { html, live } = await look()
    if (html !== shown) yield { html }
    shown = html
    if (!live) {
      yield { event: 'fin' }
      return
    }
    await pause(LOOK_MS, undefined, { signal: over }).catch(() => undefined)
  }
}
