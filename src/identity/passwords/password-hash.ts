import crypto from 'node:crypto'
import { Unavailable } from '../../web/errors/errors.ts'

/** Argon2id as OWASP's floor has it: 19 MiB, two passes, one lane; about 45 ms. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const TAG_BYTES = 32
const CONCURRENT = 2
const QUEUE_MAX = 50

/** Longer ones are not even hashed: nobody types them, and they cost. */
const PASSWORD_LENGTH_MAX = 256

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** What stands instead of a password that no longer opens anything; nothing hashes to it. */
export const NO_PASSWORD = '!'

type Cost = { memory: number; passes: number; parallelism: number }

/**
 * Passwords become PHC strings (`$argon2id$v=19$m=…`) with a pepper that is not in the database.
 * Two are computed at once and fifty wait; the next gets 503, so that a flood of sign-ins
 * leaves the processors to everybody else's pages.
 */
export class PasswordHasher {
  readonly #pepper: Buffer
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(pepper: Buffer) {
    this.#pepper = pepper
  }

  /** Throws `Unavailable` when too many wait. Ask before an attempt is counted. */
  refuseWhenFull(): void {
    if (this.#waiting.length >= QUEUE_MAX) throw new Unavailable()
  }

  async hash(password: string): Promise<string> {
    const salt = crypto.randomBytes(SALT_BYTES)
    const tag = await this.#argon2(password, salt, COST)
    const { memory, passes, parallelism } = COST
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain64(salt)}$${plain64(tag)}`
  }

  /** Takes as long for nobody (`null`) as for somebody. */
  async verify(password: string, phc: string | null): Promise<boolean> {
    const [, memory, passes, parallelism, salt, tag] = PHC.exec(phc ?? '') ?? []
    if (!salt || !tag || password.length > PASSWORD_LENGTH_MAX) {
      await this.#argon2(password.slice(0, PASSWORD_LENGTH_MAX), Buffer.alloc(SALT_BYTES), COST)
      return false
    }
    const cost = {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    }
    const expected = Buffer.from(tag, 'base64')
    const found = await this.#argon2(password, Buffer.from(salt, 'base64'), cost)
    return found.length === expected.length && crypto.timingSafeEqual(found, expected)
  }

  /** Whether a stored password was made with other settings than today's. */
  isDated(phc: string): boolean {
    return !phc.startsWith(
      `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$`,
    )
  }

  async #argon2(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
    await this.#enter()
    try {
      return await derive(password.normalize('NFKC'), nonce, cost, this.#pepper)
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < CONCURRENT) {
      this.#running += 1
      return
    }
    this.refuseWhenFull()
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }
}

function derive(message: string, nonce: Buffer, cost: Cost, secret: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    crypto.argon2(
      'argon2id',
      { message, nonce, ...cost, tagLength: TAG_BYTES, secret },
      (error, key) => (error ? reject(error) : resolve(key)),
    )
  })
}

function plain64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
