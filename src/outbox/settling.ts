import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../db/open.ts'
import { transaction } from '../db/transaction.ts'
import type { Settlement } from './mail-store.ts'
import { settleMails } from './mail-store.ts'

const TRIES_MAX = 6
const FIRST_PAUSE_MS = 50

interface Waiting {
  settlement: Settlement
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Writes down how mails ended, those that end together in one commit. `note` resolves when it is
 * written. The disk is not waited for: a power cut may repeat the mails of its last moments, each
 * with the Message-ID it had; the end of the process repeats none that was noted.
 */
export class Settling {
  readonly #db: Db
  readonly #owner: string
  readonly #now: () => Date
  #waiting: Waiting[] = []
  #writing = false

  constructor(db: Db, owner: string, now: () => Date) {
    this.#db = db
    this.#owner = owner
    this.#now = now
  }

  /** Rejects when the database cannot be written for seconds. */
  note(settlement: Settlement): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settlement, resolve, reject })
      if (!this.#writing) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#commit(batch.map(({ settlement }) => settlement))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#writing = false
  }

  /** Tries again for a while: a mail that left and is not noted leaves a second time. */
  async #commit(settlements: readonly Settlement[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        const now = this.#now()
        await transaction(
          this.#db,
          (tx) => settleMails(tx, this.#owner, settlements, now),
          'process',
        )
        return
      } catch (error) {
        if (tries >= TRIES_MAX) throw error
        await pause(FIRST_PAUSE_MS * 2 ** tries)
      }
    }
  }
}
