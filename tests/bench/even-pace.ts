import http from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** So many requests a second. */
export interface EvenPace {
  seconds: number
  /** Ends it earlier. */
  until?: Promise<unknown>
  perSecond: number
}

/** How long visitors waited, who came one after another at even distances. */
export interface Waits {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
}

/** What one of them asks for. */
export interface Visit {
  url: string
  headers: http.OutgoingHttpHeaders
}

/** How a visit ended. */
export interface Visited {
  /** From the moment at which it was due. */
  waitMs: number
  /** Of that, before it was asked for: so long the machine itself had no time. */
  lateMs: number
  /** Null when nobody was there, or whoever was there went away before the end. */
  status: number | null
}

/**
 * Asks for a page so many times a second, by turns as these people, whether or not the pages before
 * have arrived. A wait counts from the moment at which the page was due, so a server that stands
 * still cannot hide it by keeping the next visitor away.
 */
export async function askEvenly(
  url: string,
  headers: readonly http.OutgoingHttpHeaders[],
  pace: EvenPace,
): Promise<Waits> {
  const waits: number[] = []
  const visits = headers.map((each) => ({ url, headers: each }))
  const seconds = await visitEvenly(visits, pace, ({ waitMs, status }) => {
    if (status !== 200) throw new Error(`${url} answered ${status}`)
    waits.push(waitMs)
  })
  return { seconds, ...summed(waits) }
}

/**
 * The same of several pages; whoever asks judges each answer.
 *
 * @param note what it throws ends it all
 * @returns how many seconds it took
 */
export async function visitEvenly(
  visits: readonly Visit[],
  { seconds, until, perSecond }: EvenPace,
  note: (visited: Visited) => void,
): Promise<number> {
  const agent = new http.Agent({ keepAlive: true })
  const onTheWay: Promise<void>[] = []
  let ended = false
  void until?.finally(() => {
    ended = true
  })
  const started = performance.now()
  for (let at = 0; !ended && at < seconds * perSecond; at += 1) {
    const due = started + (at * 1_000) / perSecond
    await pause(Math.max(0, due - performance.now()))
    const visit = visits[at % visits.length]
    if (!visit) throw new Error('Nobody visits')
    const lateMs = performance.now() - due
    const arrived = ask(visit.url, { agent, headers: visit.headers })
    onTheWay.push(
      arrived.then((status) => note({ waitMs: performance.now() - due, lateMs, status })),
    )
  }
  await Promise.all(onTheWay)
  agent.destroy()
  return (performance.now() - started) / 1_000
}

/** Half of them waited so long at most, and ninety-nine of a hundred. */
export function summed(waits: readonly number[]): Omit<Waits, 'seconds'> {
  const sorted = waits.toSorted((one, other) => one - other)
  const share = (part: number) => Number((sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1))
  return { requests: sorted.length, p50Ms: share(0.5), p99Ms: share(0.99) }
}

/** The status once the answer has come to its end; null when it did not. */
function ask(url: string, options: http.RequestOptions): Promise<number | null> {
  return new Promise((resolve) => {
    const lost = () => resolve(null)
    const request = http.get(url, options, (answer) => {
      answer
        .on('error', lost)
        .on('end', () => resolve(answer.statusCode ?? null))
        .resume()
    })
    request.on('error', lost)
  })
}
