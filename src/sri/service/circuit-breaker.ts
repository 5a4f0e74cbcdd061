/**
 * Keeps callers from knocking at a service that is down: after so many failures in a row nobody is
 * let through for a while; then one is, and its outcome decides for all.
 */
export class CircuitBreaker {
  readonly #failuresMax: number
  readonly #pauseMs: number
  #failures = 0
  /** In milliseconds since 1970; 0 while everybody passes. */
  #shutUntil = 0
  #onTrial = false

  constructor({ failuresMax, pauseMs }: { failuresMax: number; pauseMs: number }) {
    this.#failuresMax = failuresMax
    this.#pauseMs = pauseMs
  }

  /** Whether a caller may pass now; who does must tell the outcome. */
  enter(now: Date): boolean {
    if (this.#shutUntil === 0) return true
    if (this.#onTrial || now.getTime() < this.#shutUntil) return false
    this.#onTrial = true
    return true
  }

  /** For how long nobody will be let through, in milliseconds. */
  waitMs(now: Date): number {
    return Math.max(0, this.#shutUntil - now.getTime())
  }

  answered(): void {
    this.#failures = 0
    this.#shutUntil = 0
    this.#onTrial = false
  }

  failed(now: Date): void {
    this.#failures += 1
    // Those that were under way when it opened are part of the same failure.
    const late = this.#shutUntil !== 0 && !this.#onTrial
    if (late || this.#failures < this.#failuresMax) return
    this.#shutUntil = now.getTime() + this.#pauseMs
    this.#onTrial = false
  }
}
