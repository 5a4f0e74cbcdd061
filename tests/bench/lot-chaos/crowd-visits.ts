import { summed, type Visit, visitEvenly, type Waits } from '../even-pace.ts'
import type { Phase } from './moments.ts'

const PER_SECOND = 50
const SECONDS_MAX = 7_200
/** A process that has just begun compiles what it does for the first time. */
const WARM_MS = 10_000

/** Pages that customers ask for, and how they were answered. */
export interface VisitFigures extends Omit<Waits, 'seconds'> {
  /** How late they were asked for: what a busy machine took of those waits. */
  lateP99Ms?: number
}

/** Customers who look at their receipts all the time, at an even pace. */
export class CrowdVisits {
  readonly #visits: readonly Visit[]
  readonly #waits: Record<Phase, number[]> = { reading: [], publishing: [], mailing: [] }
  readonly #warm: number[] = []
  readonly #lates: number[] = []
  #phase: Phase = 'reading'
  #startedAt = 0
  #end: () => void = () => undefined
  #over: Promise<unknown> = Promise.resolve()
  /** They met a server that was dead, or died on them. */
  refused = 0
  /** Answers that are no page, by their status. */
  readonly strange: Record<number, number> = {}

  constructor(visits: readonly Visit[]) {
    this.#visits = visits
  }

  /** Of a time in which nothing else happens; the first of it warms up. */
  async quiet(seconds: number): Promise<VisitFigures> {
    const waits: number[] = []
    const lates: number[] = []
    const pace = { perSecond: PER_SECOND, seconds }
    await visitEvenly(this.#visits, { ...pace, seconds: 5 }, () => undefined)
    await visitEvenly(this.#visits, pace, ({ waitMs, lateMs, status }) => {
      lates.push(lateMs)
      if (status === 200) waits.push(waitMs)
      else this.#wonder(status)
    })
    return { ...summed(waits), lateP99Ms: summed(lates).p99Ms }
  }

  /** They come until `stop`. */
  start(): void {
    const until = new Promise<void>((resolve) => {
      this.#end = resolve
    })
    const pace = { perSecond: PER_SECOND, seconds: SECONDS_MAX, until }
    this.#over = visitEvenly(this.#visits, pace, ({ waitMs, lateMs, status }) => {
      this.#lates.push(lateMs)
      if (status === 200) this.#note(waitMs)
      else this.#wonder(status)
    })
  }

  /** What is told of the pages that arrive from now on. */
  enter(phase: Phase): void {
    this.#phase = phase
  }

  /** The portal has just come up again. */
  noteStart(): void {
    this.#startedAt = performance.now()
  }

  #wonder(status: number | null): void {
    if (status === null) this.refused += 1
    else this.strange[status] = (this.strange[status] ?? 0) + 1
  }

  #note(waitMs: number): void {
    this.#waits[this.#phase].push(waitMs)
    if (performance.now() - this.#startedAt > WARM_MS) this.#warm.push(waitMs)
  }

  async stop(): Promise<void> {
    this.#end()
    await this.#over
  }

  /** Of all pages since `start`, of those that came when it had been up for a while, and by phase. */
  figures() {
    const phases = Object.entries(this.#waits).map(([phase, waits]) => [phase, summed(waits)])
    return {
      all: {
        ...summed(Object.values(this.#waits).flat()),
        lateP99Ms: summed(this.#lates).p99Ms,
      },
      warm: summed(this.#warm),
      phases: Object.fromEntries(phases) as Record<Phase, VisitFigures>,
    }
  }
}
