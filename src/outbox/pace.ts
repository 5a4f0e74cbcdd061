/** Of a minute's worth, as much as may go in one burst. */
const BURST_SECONDS = 10

/** So many things a minute and no more, evenly: what was not used is saved for a few seconds only. */
export class Pace {
  readonly #perMinute: () => number
  #left: number
  #at: number

  /** The number is asked for again and again: it may change while the worker runs. */
  constructor(perMinute: () => number, now: Date) {
    this.#perMinute = perMinute
    this.#left = this.#most()
    this.#at = now.getTime()
  }

  /** How many may be begun at this moment. */
  allowed(now: Date): number {
    const seconds = Math.max(0, now.getTime() - this.#at) / 1_000
    this.#at = now.getTime()
    this.#left = Math.min(this.#most(), this.#left + (seconds * this.#perMinute()) / 60)
    return Math.floor(this.#left)
  }

  #most(): number {
    return (this.#perMinute() / 60) * BURST_SECONDS
  }

  take(count: number): void {
    this.#left -= count
  }
}
