import crypto from 'node:crypto'
import os from 'node:os'
import type { Log } from '../context.ts'
import type { Db } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import { Beat } from './beat.ts'
import { HeldJob, JobLost } from './held-job.ts'
import type { Job } from './job.ts'
import type { Claim, Release } from './job-claim-store.ts'
import { claimJob, isAnyJobDue, releaseJob, renewClaim } from './job-claim-store.ts'

/** How a job came to a halt: all done; between two steps, as it was asked; or for good, and why. */
export type JobEnd = { as: 'done' } | { as: 'stopped' } | { as: 'failed'; problem: string }

/** A kind of long work. */
export interface JobKind {
  /**
   * Goes on from the last step until all is done or `job.goesOn` is false. What it throws is tried
   * again, some minutes later at last, five times before the job counts as failed.
   */
  run(job: HeldJob): Promise<JobEnd>
  /** What follows from its end, in the transaction that ends it. */
  ended(tx: Tx, subjectId: number, as: 'done' | 'cancelled' | 'failed'): Promise<void>
}

interface JobWorkerNeeds {
  db: Db
  now: () => Date
  log: Log
  kinds: ReadonlyMap<string, JobKind>
  /** How long a claim holds unless it is renewed; 30 seconds unless told. */
  leaseMs?: number
}

/** Does the long work that waits. Any number may run, in any number of processes. */
export interface JobWorker {
  /** Starts looking for work; returns at once. */
  start(): void
  /** Does all that is due now. Not while started. */
  runOnce(): Promise<void>
  /** Lets the steps under way end and gives the jobs back. */
  stop(): Promise<void>
}

/** Jobs under way at once: a small one need not wait for a large one. */
const SLOTS = 2
const BEAT_MS = 500
const LEASE_MS = 30_000
/** Workers that may die of a step, before it is taken to be the step's doing. */
const DEATHS_MAX = 10
const RETRY_SECONDS = [5, 30, 120, 600]
const TROUBLE = 'Algo falló de nuestro lado. No se perdió nada de lo ya hecho.'

export function createJobWorker(needs: JobWorkerNeeds): JobWorker {
  const { log } = needs
  const slots = Array.from({ length: SLOTS }, () => new Slot(needs))
  const failure = 'jobs not worked'
  const beats = slots.map(
    (slot) => new Beat({ pauseMs: BEAT_MS, log, failure }, () => slot.drain()),
  )
  return {
    start: () => {
      for (const beat of beats) beat.start()
    },
    runOnce: async () => {
      await Promise.all(slots.map((slot) => slot.drain()))
    },
    stop: async () => {
      for (const slot of slots) slot.stop()
      await Promise.all(beats.map((beat) => beat.stop()))
    },
  }
}

/** One job at a time. */
class Slot {
  readonly #needs: JobWorkerNeeds
  readonly #owner = `${os.hostname()}:${process.pid}:${crypto.randomUUID()}`
  readonly #leaseMs: number
  #stopping = false

  constructor(needs: JobWorkerNeeds) {
    this.#needs = needs
    this.#leaseMs = needs.leaseMs ?? LEASE_MS
  }

  stop(): void {
    this.#stopping = true
  }

  async drain(): Promise<void> {
    while (!this.#stopping) {
      const job = await this.#claimNext()
      if (job === null) return
      await this.#work(job)
    }
  }

  async #claimNext(): Promise<Job | null> {
    const { db, kinds, now } = this.#needs
    if (!(await isAnyJobDue(db, now()))) return null
    return transaction(db, (tx) => claimJob(tx, [...kinds.keys()], this.#claim(), now()))
  }

  #claim(): Claim {
    return { owner: this.#owner, until: new Date(this.#needs.now().getTime() + this.#leaseMs) }
  }

  async #work(job: Job): Promise<void> {
    const { db, kinds, now } = this.#needs
    const kind = kinds.get(job.kind)
    if (!kind) throw new Error(`Nobody knows how to do ${job.kind}`)
    const release = await this.#run(kind, job)
    if (release === null) return
    await transaction(db, async (tx) => {
      const as = await releaseJob(tx, job.id, this.#owner, release, now())
      if (as === 'done' || as === 'cancelled' || as === 'failed') {
        await kind.ended(tx, job.subjectId, as)
      }
    })
  }

  /** Null when another worker took the job over. */
  async #run(kind: JobKind, job: Job): Promise<Release | null> {
    // Whoever worked on it died each time, perhaps of it.
    if (job.attempts >= DEATHS_MAX) return { as: 'failed', problem: TROUBLE }
    if (job.wish !== null) return granted(job.wish)
    const held = new HeldJob(
      job,
      () => this.#claim(),
      () => this.#stopping,
    )
    const alive = setInterval(() => this.#renew(job.id), this.#leaseMs / 3)
    try {
      const end = await kind.run(held)
      if (end.as !== 'stopped') return end
      return held.wish === null ? { as: 'waiting' } : granted(held.wish)
    } catch (error) {
      if (error instanceof JobLost) return null
      this.#needs.log.error({ err: error, job: job.id, kind: job.kind }, 'job failed')
      return this.#afterFailure()
    } finally {
      clearInterval(alive)
    }
  }

  #afterFailure(): Release {
    const failedAt = this.#needs.now().getTime()
    const retries = RETRY_SECONDS.map((seconds) => new Date(failedAt + seconds * 1_000))
    return { as: 'thrown', problem: TROUBLE, retries }
  }

  #renew(id: number): void {
    const { db, log } = this.#needs
    transaction(db, (tx) => renewClaim(tx, id, this.#claim()), 'process').catch((error) => {
      log.warn({ err: error, job: id }, 'job not renewed')
    })
  }
}

function granted(wish: 'pause' | 'cancel'): Release {
  return { as: wish === 'pause' ? 'paused' : 'cancelled' }
}
