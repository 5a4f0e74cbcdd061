import { ThreadPool } from '../../work/thread-pool.ts'
import type { Source } from '../sources/source.ts'
import type { PreparationRules, PreparedFile } from './prepare-file.ts'
import type { PackedBatch } from './prepared-batch.ts'
import { unpackBatch } from './prepared-batch.ts'

const BATCH_FILES = 64

/** Threads that read, judge and pack files. */
export class PreparePool {
  readonly #pool: ThreadPool<PreparationRules, Source, PackedBatch>

  constructor(threads: number) {
    this.#pool = new ThreadPool(new URL('./prepare-worker.ts', import.meta.url), threads)
  }

  /** Yields prepared files in the order of the sources, a batch at a time. */
  async *prepare(
    sources: AsyncIterable<Source>,
    rules: PreparationRules,
  ): AsyncGenerator<PreparedFile[]> {
    this.#pool.follow(rules)
    for await (const batch of this.#pool.runAll(inBatches(sources))) yield unpackBatch(batch)
  }

  async stop(): Promise<void> {
    await this.#pool.stop()
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
