import { setTimeout as pause } from 'node:timers/promises'

const TRIES_MAX = 6
const FIRST_PAUSE_MS = 50

interface Waiting<Item> {
  item: Item
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Writes down what ends at the same time in one commit: while one is under way, what comes waits for
 * the next. What cannot be written is tried again for seconds, since what happened has happened.
 */
export class GroupCommit<Item> {
  readonly #write: (items: readonly Item[]) => Promise<unknown>
  #waiting: Waiting<Item>[] = []
  #writing = false

  /** @param write writes all of them in one transaction; called again when it throws */
  constructor(write: (items: readonly Item[]) => Promise<unknown>) {
    this.#write = write
  }

  /** Resolves once it is written; rejects when it could not be for seconds. */
  note(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (!this.#writing) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#commit(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#writing = false
  }

  async #commit(items: readonly Item[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#write(items)
        return
      } catch (error) {
        if (tries >= TRIES_MAX) throw error
        await pause(FIRST_PAUSE_MS * 2 ** tries)
      }
    }
  }
}
