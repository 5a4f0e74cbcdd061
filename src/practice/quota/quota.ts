import type { Db } from '../../db/open.ts'
import { takeBlock } from '../../identity/throttles/block-store.ts'
import { CALLS_PER_MINUTE } from './limits.ts'

/** Taken at once by a process, so that only one call in twenty writes. */
const BLOCK = 20
const MINUTE_MS = 60_000
/** More keys than any bank gives; beyond it what is over is forgotten. */
const KEYS_MAX = 10_000

/** How a key stands: what is left of its minute, and in how many seconds the next one begins. */
export interface Standing {
  readonly allowed: boolean
  readonly remaining: number
  readonly resetSeconds: number
}

interface Minute {
  readonly endsAt: number
  /** Of the block that this process took. */
  left: number
  /** By all processes, as far as this one knows. */
  taken: number
  taking: Promise<void> | null
}

/**
 * Counts the calls of each key, per key and never per address: a hundred programs of one firm may
 * stand behind one. Processes share the count in the database, taking it in blocks; what a process
 * does not use of its last block is lost to the others until the minute ends, and never is more let
 * through than was said.
 */
export class Quota {
  readonly #db: Db
  readonly #now: () => Date
  readonly #minutes = new Map<number, Minute>()

  constructor({ db, now }: { db: Db; now: () => Date }) {
    this.#db = db
    this.#now = now
  }

  /** Counts one more call. */
  async count(keyId: number): Promise<Standing> {
    const minute = this.#minuteOf(keyId)
    while (minute.left === 0 && minute.taken < CALLS_PER_MINUTE) {
      minute.taking ??= this.#take(keyId, minute).finally(() => {
        minute.taking = null
      })
      await minute.taking
    }
    const allowed = minute.left > 0
    if (allowed) minute.left -= 1
    return { allowed, ...this.#standing(minute) }
  }

  async #take(keyId: number, minute: Minute): Promise<void> {
    const name = `api-key:${keyId}:${minute.endsAt}`
    const taken = await takeBlock(this.#db, name, BLOCK, new Date(minute.endsAt))
    minute.left = Math.max(0, BLOCK - Math.max(0, taken - CALLS_PER_MINUTE))
    minute.taken = taken
  }

  #standing({ left, taken, endsAt }: Minute): Omit<Standing, 'allowed'> {
    const remaining = left + Math.max(0, CALLS_PER_MINUTE - taken)
    const resetSeconds = Math.max(1, Math.ceil((endsAt - this.#now().getTime()) / 1_000))
    return { remaining, resetSeconds }
  }

  #minuteOf(keyId: number): Minute {
    const time = this.#now().getTime()
    const endsAt = (Math.floor(time / MINUTE_MS) + 1) * MINUTE_MS
    const known = this.#minutes.get(keyId)
    if (known?.endsAt === endsAt) return known
    if (this.#minutes.size >= KEYS_MAX) this.#minutes.clear()
    const minute: Minute = { endsAt, left: 0, taken: 0, taking: null }
    this.#minutes.set(keyId, minute)
    return minute
  }
}
