import type { Log } from '../context.ts'

const AFTER_FAILURE_MS = 5_000

interface BeatNeeds {
  /** Between the end of one turn and the next. */
  pauseMs: number
  log: Log
  /** What is logged when a turn fails; the next one comes all the same, a little later. */
  failure: string
}

/** Does something again and again, with a pause between, until it is stopped. */
export class Beat {
  readonly #needs: BeatNeeds
  readonly #work: () => Promise<unknown>
  #running: Promise<void> | null = null
  #stopping = false
  #rouse: () => void = () => undefined

  constructor(needs: BeatNeeds, work: () => Promise<unknown>) {
    this.#needs = needs
    this.#work = work
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Does not wait for the pause to end. */
  wake(): void {
    this.#rouse()
  }

  /** Lets the turn under way come to its end. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#rouse()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pauseMs, log, failure } = this.#needs
    while (!this.#stopping) {
      let pause = pauseMs
      try {
        await this.#work()
      } catch (error) {
        // The database is away: nothing is lost, it is looked for again.
        log.error({ err: error }, failure)
        pause = AFTER_FAILURE_MS
      }
      if (!this.#stopping) await this.#sleep(pause)
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
