import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PainterOptions } from './draw-ride.ts'
import type { PrintedSheet } from './pdf/assemble.ts'
import type { DrawAnswer, DrawRequest, PaintOrder } from './ride-worker.ts'

const WORKER = new URL('./ride-worker.ts', import.meta.url)
const THREADS_MAX = 8
const QUEUE_MAX = 500
/** The next files already wait in the thread while it draws one and whoever asked is busy. */
const IN_FLIGHT_MAX = 4

/**
 * A full queue is an answer, not an error: whoever asked says «try again» or waits. `unreadable`:
 * the file is not what loading lets in.
 */
export type DrawnRide =
  | { readonly ok: true; readonly pdf: Uint8Array; readonly pages?: PrintedSheet | null }
  | { readonly ok: false; readonly refusal: 'busy' | 'closed' | 'unreadable' }

export interface RidePoolOptions extends PainterOptions {
  /** Threads; by default one for each core but one. */
  readonly size?: number
  /** Files that may wait, besides those being drawn. */
  readonly queueMax?: number
}

export interface RidePool {
  /** Reads and draws a file in a thread; rejects only when the drawing itself fails. */
  draw(request: DrawRequest): Promise<DrawnRide>
  /** What is asked for from now on is drawn with this mark. */
  repaint(painter: PainterOptions): void
  /** Files asked for and not yet drawn. */
  readonly pending: number
  /** Draws what was accepted, refuses what comes later, and ends the threads. */
  close(): Promise<void>
}

interface Job {
  readonly request: DrawRequest
  readonly resolve: (drawn: DrawnRide) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly jobs: Job[]
}

class ThreadedRidePool implements RidePool {
  readonly #queue: Job[] = []
  readonly #threads: Thread[] = []
  readonly #size: number
  readonly #queueMax: number
  #painter: PainterOptions
  #closing = false
  #drained: (() => void) | null = null

  constructor({ size, queueMax, ...painter }: RidePoolOptions) {
    this.#size = size ?? Math.min(THREADS_MAX, Math.max(1, availableParallelism() - 1))
    this.#queueMax = queueMax ?? QUEUE_MAX
    this.#painter = painter
  }

  get pending(): number {
    return this.#threads.reduce((sum, { jobs }) => sum + jobs.length, this.#queue.length)
  }

  draw(request: DrawRequest): Promise<DrawnRide> {
    if (this.#closing) return Promise.resolve({ ok: false, refusal: 'closed' })
    const thread = this.#freeThread()
    if (thread === null && this.#queue.length >= this.#queueMax) {
      return Promise.resolve({ ok: false, refusal: 'busy' })
    }
    return new Promise((resolve, reject) => {
      const job = { request, resolve, reject }
      if (thread === null) this.#queue.push(job)
      else this.#send(thread, job)
    })
  }

  repaint(painter: PainterOptions): void {
    this.#painter = painter
    for (const { worker } of this.#threads) worker.postMessage({ painter } satisfies PaintOrder)
  }

  async close(): Promise<void> {
    this.#closing = true
    if (this.pending > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()))
  }

  /** The thread with the least to do, a new one while there may be more, or null. */
  #freeThread(): Thread | null {
    const [first] = this.#threads.toSorted((one, other) => one.jobs.length - other.jobs.length)
    if (first?.jobs.length === 0) return first
    if (this.#threads.length < this.#size) return this.#start()
    return first !== undefined && first.jobs.length < IN_FLIGHT_MAX ? first : null
  }

  #start(): Thread {
    const worker = new Worker(WORKER, { workerData: this.#painter })
    const thread: Thread = { worker, jobs: [] }
    worker.on('message', (answer: DrawAnswer) => this.#answered(thread, answer))
    worker.on('error', (error: Error) => this.#lost(thread, error))
    // A pool with nothing to do does not keep the process alive.
    worker.unref()
    this.#threads.push(thread)
    return thread
  }

  #send(thread: Thread, job: Job): void {
    thread.jobs.push(job)
    thread.worker.ref()
    // A small buffer shares its memory with others, all of which would be copied with it.
    const bytes = new Uint8Array(job.request.xml.bytes)
    const request = { ...job.request, xml: { ...job.request.xml, bytes } }
    thread.worker.postMessage(request satisfies DrawRequest, [bytes.buffer])
  }

  #answered(thread: Thread, answer: DrawAnswer): void {
    const job = thread.jobs.shift()
    if ('error' in answer) job?.reject(new Error(answer.error))
    else if (answer.pdf === null) job?.resolve({ ok: false, refusal: 'unreadable' })
    else job?.resolve({ ok: true, pdf: answer.pdf, pages: answer.pages })
    const next = this.#queue.shift()
    if (next !== undefined) this.#send(thread, next)
    else if (thread.jobs.length === 0) thread.worker.unref()
    this.#settle()
  }

  /** Only the file that was being drawn is to blame; the others are drawn by another thread. */
  #lost(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread)
    if (at >= 0) this.#threads.splice(at, 1)
    const [culprit, ...innocent] = thread.jobs.splice(0)
    culprit?.reject(error)
    this.#queue.unshift(...innocent)
    if (this.#queue.length > 0) {
      const next = this.#freeThread()
      const job = next === null ? undefined : this.#queue.shift()
      if (next !== null && job !== undefined) this.#send(next, job)
    }
    this.#settle()
  }

  #settle(): void {
    if (this.pending > 0) return
    this.#drained?.()
    this.#drained = null
  }
}

/** Threads that draw files, so that pages stay quick; started when first needed. */
export function createRidePool(options: RidePoolOptions = {}): RidePool {
  return new ThreadedRidePool(options)
}
