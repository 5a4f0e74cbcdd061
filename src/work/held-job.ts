import type { Tx } from '../db/transaction.ts'
import type { Job } from './job.ts'
import type { Claim, Step } from './job-claim-store.ts'
import { noteStep } from './job-claim-store.ts'

/** Another worker holds the job by now: what this one was about to write is undone. */
export class JobLost extends Error {
  constructor(id: number) {
    super(`Job ${id} is another worker's`)
  }
}

/** A job in the hands of its worker. */
export class HeldJob {
  readonly #job: Job
  readonly #claim: () => Claim
  readonly #isStopping: () => boolean
  #wish: Job['wish']

  constructor(job: Job, claim: () => Claim, isStopping: () => boolean) {
    this.#job = job
    this.#claim = claim
    this.#isStopping = isStopping
    this.#wish = job.wish
  }

  get subjectId(): number {
    return this.#job.subjectId
  }

  /** Where the step before ended. */
  get last(): Step {
    const { done, total, checkpoint } = this.#job
    return { done, total, checkpoint }
  }

  get wish(): Job['wish'] {
    return this.#wish
  }

  /** False once somebody asked for a pause or an end, or this process is stopping. */
  get goesOn(): boolean {
    return this.#wish === null && !this.#isStopping()
  }

  /**
   * Notes the end of a step, in the transaction of what it did, so that it is done once: killed
   * before the commit, nothing of it remains; killed after it, the next worker begins behind it.
   */
  async note(tx: Tx, step: Step): Promise<void> {
    const wish = await noteStep(tx, this.#job.id, this.#claim(), step)
    if (wish === undefined) throw new JobLost(this.#job.id)
    this.#wish = wish
  }
}
