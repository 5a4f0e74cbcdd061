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

/**
 * Asks for a page so many times a second, by turns as these people, whether or not the pages before
 * have arrived. A wait counts from the moment at which the page was due, so a server that stands
 * still cannot hide it by keeping the next visitor away.
 */
export async function askEvenly(
  url: string,
  headers: readonly http.OutgoingHttpHeaders[],
  { seconds, until, perSecond }: EvenPace,
): Promise<Waits> {
  const agent = new http.Agent({ keepAlive: true })
  const waits: number[] = []
  const onTheWay: Promise<void>[] = []
  let ended = false
  void until?.finally(() => {
    ended = true
  })
  const started = performance.now()
  for (let at = 0; !ended && at < seconds * perSecond; at += 1) {
    const due = started + (at * 1_000) / perSecond
    await pause(Math.max(0, due - performance.now()))
    const arrived = ask(url, { agent, headers: headers[at % headers.length] ?? {} })
    onTheWay.push(arrived.then(() => void waits.push(performance.now() - due)))
  }
  await Promise.all(onTheWay)
  agent.destroy()
  waits.sort((one, other) => one - other)
  const share = (part: number) => Number((waits[Math.floor(waits.length * part)] ?? 0).toFixed(1))
  const took = (performance.now() - started) / 1_000
  return { requests: waits.length, seconds: took, p50Ms: share(0.5), p99Ms: share(0.99) }
}

function ask(url: string, options: http.RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`))
      answer.on('error', reject).on('end', resolve).resume()
    })
    request.on('error', reject)
  })
}
