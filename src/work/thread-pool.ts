import { Worker } from 'node:worker_threads'
import { threadProgram } from './compiled.ts'
import { endThread } from './thread.ts'

/** Enough to go on with while the caller writes a group, few enough that memory stays small. */
const BATCHES_AHEAD = 8
/** What a thread makes of a document is gone at once; more room only makes more garbage. */
const YOUNG_MB = 8

/** One list is answered by one batch, in the order it was given. */
class PoolThread<Rules, Item, Answer> {
  readonly #worker: Worker
  readonly #waiting: ((answer: Answer) => void)[] = []
  readonly #failing: ((error: Error) => void)[] = []

  constructor(program: string) {
    this.#worker = new Worker(program, {
      eval: true,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#worker.on('message', (answer: Answer) => {
      this.#failing.shift()
      this.#waiting.shift()?.(answer)
    })
    this.#worker.on('error', (error: Error) => {
      for (const fail of this.#failing.splice(0)) fail(error)
    })
  }

  get load(): number {
    return this.#waiting.length
  }

  follow(rules: Rules): void {
    this.#worker.postMessage(rules)
  }

  run(items: readonly Item[]): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push(resolve)
      this.#failing.push(reject)
      this.#worker.postMessage(items)
    })
  }

  async stop(): Promise<void> {
    await endThread(this.#worker)
  }
}

/**
 * Threads that do the same to many things. They start at once, while their owner still looks at what
 * there is to do. The module hears (`hearMessages`) the rules, which are no array, and then answers
 * each array of items with one message.
 */
export class ThreadPool<Rules, Item, Answer> {
  readonly #threads: PoolThread<Rules, Item, Answer>[]

  constructor(module: URL, threads: number) {
    const program = threadProgram(module)
    this.#threads = Array.from({ length: threads }, () => new PoolThread(program))
  }

  /** What is run from now on follows these rules. */
  follow(rules: Rules): void {
    for (const thread of this.#threads) thread.follow(rules)
  }

  /** Runs a batch on the thread that has least to do. */
  run(batch: readonly Item[]): Promise<Answer> {
    const thread = this.#threads.reduce((best, one) => (one.load < best.load ? one : best))
    const answer = thread.run(batch)
    // Whoever awaits it later hears of a failure; until then nobody must call it unhandled.
    answer.catch(() => undefined)
    return answer
  }

  /**
   * Yields the answers to batches in their order. At most `BATCHES_AHEAD` batches a thread are under
   * way, whatever their number.
   */
  async *runAll(batches: AsyncIterable<readonly Item[]>): AsyncGenerator<Answer> {
    const underWay: Promise<Answer>[] = []
    for await (const batch of batches) {
      underWay.push(this.run(batch))
      const full = underWay.length >= this.#threads.length * BATCHES_AHEAD
      const next = full ? underWay.shift() : undefined
      if (next) yield await next
    }
    for (const answer of underWay) yield await answer
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()))
  }
}
