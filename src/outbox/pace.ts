/** Of a minute's worth, as much as may go in one burst. */
const BURST_SECONDS = 10

/** So many things a minute and no more, evenly: what was not used is saved for a few seconds only. */
export class Pace {
  readonly #perSecond: number
  #left: number
  #at: number

  constructor(perMinute: number, now: Date) {
    this.#perSecond = perMinute / 60
    this.#left = this.#perSecond * BURST_SECONDS
    this.#at = now.getTime()
  }

  /** How many may be begun at this moment. */
  allowed(now: Date): number {
    const seconds = Math.max(0, now.getTime() - this.#at) / 1_000
    this.#at = now.getTime()
    const most = this.#perSecond * BURST_SECONDS
    this.#left = Math.min(most, this.#left + seconds * this.#perSecond)
    return Math.floor(this.#left)
  }

  take(count: number): void {
    this.#left -= count
  }
}
