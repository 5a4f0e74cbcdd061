import { Worker } from 'node:worker_threads'
import { threadStart } from '../../work/thread.ts'
import type { Source } from '../sources/source.ts'
import type { PreparationRules, PreparedFile } from './prepare-file.ts'
import type { PackedBatch } from './prepared-batch.ts'
import { unpackBatch } from './prepared-batch.ts'

const BATCH_FILES = 64
/** Enough to go on with while the caller writes a group, few enough that memory stays small. */
const BATCHES_AHEAD = 8
/** What a thread makes of a document is gone at once; more room only makes more garbage. */
const YOUNG_MB = 8

const THREAD = new URL('./prepare-worker.ts', import.meta.url)
/** One list is answered by one batch, in the order it was given. */
class PreparingThread {
  readonly #worker: Worker
  readonly #waiting: ((batch: PackedBatch) => void)[] = []
  readonly #failing: ((error: Error) => void)[] = []

  constructor() {
    this.#worker = new Worker(threadStart(THREAD), {
      eval: true,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#worker.on('message', (batch: PackedBatch) => {
      this.#failing.shift()
      this.#waiting.shift()?.(batch)
    })
    this.#worker.on('error', (error: Error) => {
      for (const fail of this.#failing.splice(0)) fail(error)
    })
  }

  get load(): number {
    return this.#waiting.length
  }

  follow(rules: PreparationRules): void {
    this.#worker.postMessage(rules)
  }

  prepare(sources: readonly Source[]): Promise<PreparedFile[]> {
    return new Promise<PackedBatch>((resolve, reject) => {
      this.#waiting.push(resolve)
      this.#failing.push(reject)
      this.#worker.postMessage(sources)
    }).then(unpackBatch)
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/**
 * Threads that read, judge and pack files. They start at once, while their owner still looks at what
 * there is to load.
 */
export class PreparePool {
  readonly #threads: PreparingThread[]

  constructor(threads: number) {
    this.#threads = Array.from({ length: threads }, () => new PreparingThread())
  }

  /**
   * Yields prepared files in the order of the sources, a batch at a time. At most `BATCHES_AHEAD`
   * batches a thread are under way, whatever the number of files.
   */
  async *prepare(
    sources: AsyncIterable<Source>,
    rules: PreparationRules,
  ): AsyncGenerator<PreparedFile[]> {
    for (const thread of this.#threads) thread.follow(rules)
    const underWay: Promise<PreparedFile[]>[] = []
    for await (const batch of inBatches(sources)) {
      const thread = this.#threads.reduce((best, one) => (one.load < best.load ? one : best))
      const prepared = thread.prepare(batch)
      // Whoever awaits it later hears of a failure; until then nobody must call it unhandled.
      prepared.catch(() => undefined)
      underWay.push(prepared)
      const full = underWay.length >= this.#threads.length * BATCHES_AHEAD
      const next = full ? underWay.shift() : undefined
      if (next) yield await next
    }
    for (const prepared of underWay) yield await prepared
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()))
  }
}

async function* inBatches(sources: AsyncIterable<Source>): AsyncGenerator<Source[]> {
  let batch: Source[] = []
  for await (const source of sources) {
    batch.push(source)
    if (batch.length < BATCH_FILES) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
