import { ThreadPool } from '../../work/thread-pool.ts'
import type { DocumentFacts } from './receipt-facts.ts'

/** A thread that reads documents for exports, beside the pages. */
export interface FactsPool {
  /** The facts of each file, in their order; null for one that cannot be read or is empty. */
  read(files: readonly Uint8Array[]): Promise<(DocumentFacts | null)[]>
  close(): Promise<void>
}

/** Starts no thread before somebody exports something. */
export function createFactsPool(): FactsPool {
  type Pool = ThreadPool<object, Uint8Array, (DocumentFacts | null)[]>
  let pool: Pool | null = null
  return {
    read: (files) => {
      pool ??= new ThreadPool(new URL('./facts-worker.ts', import.meta.url), 1)
      return pool.run(files.map(alone))
    },
    close: async () => {
      await pool?.stop()
    },
  }
}

/** A view of a shared buffer would take all of the buffer along to the other thread. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
