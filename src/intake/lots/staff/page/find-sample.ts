import { Worker } from 'node:worker_threads'
import { threadProgram } from '../../../../work/compiled.ts'
import type { Place } from '../../../sources/disk-name.ts'

/** A document of a lot, by its place in the lot's files. */
export interface SampleOrder {
  readonly places: readonly Place[]
  readonly n: number
}

const THREAD = new URL('./sample-worker.ts', import.meta.url)
/** Who asks for more at once is told to wait. */
const WAITING_MAX = 4

/**
 * Finds single documents in the files of lots, one after the other, each in a thread: the directory
 * of a ZIP of tens of thousands is read in one go, and no page may wait for that.
 */
export class SampleFinder {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** The bytes; null when there is no document at that place, or it cannot be read. */
  async find(order: SampleOrder): Promise<Uint8Array | null | 'busy'> {
    if (this.#waiting >= WAITING_MAX) return 'busy'
    this.#waiting += 1
    const found = this.#last.then(() => findInThread(order))
    this.#last = found.catch(() => undefined)
    try {
      return await found
    } finally {
      this.#waiting -= 1
    }
  }
}

function findInThread(order: SampleOrder): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadProgram(THREAD), { eval: true, workerData: order })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The thread of a sample ended without an answer')))
  })
}
