const FIRST_PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 120_000

/**
 * Keeps a worker from knocking at a server that is down: after one `unavailable` nothing is sent,
 * and then one single mail probes it after ten seconds, twenty, … and every two minutes at last.
 */
export class Circuit {
  #probeAt = 0
  #pause = 0
  #probing = false
  #downSince = 0

  /** Whether the server is taken to be down. */
  get open(): boolean {
    return this.#pause > 0
  }

  /** For how long the server has been known to be down, in milliseconds; 0 when it is not. */
  downFor(now: Date): number {
    return this.open ? now.getTime() - this.#downSince : 0
  }

  /**
   * How many mails may be taken now: all, one as a probe, or none. Taking a probe forbids everything
   * else until its outcome is told.
   */
  take(now: Date): number {
    if (!this.open) return Number.POSITIVE_INFINITY
    if (this.#probing || now.getTime() < this.#probeAt) return 0
    this.#probing = true
    return 1
  }

  /** The probe was not sent after all. */
  withdraw(): void {
    this.#probing = false
  }

  /** The server answered, whatever it answered. */
  answered(): void {
    this.#pause = 0
    this.#probing = false
  }

  /** The server could not be used. `random` is between 0 and 1. */
  unavailable(now: Date, random: number): void {
    const told = this.open && !this.#probing
    // Several mails that were under way when it went down are one failure, not several.
    if (told) return
    this.#probing = false
    if (!this.open) this.#downSince = now.getTime()
    this.#pause = Math.min(this.#pause * 2 || FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
    this.#probeAt = now.getTime() + this.#pause * (0.75 + 0.5 * random)
  }
}
