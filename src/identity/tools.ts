import type { Db } from '../db/open.ts'
import type { Policy } from '../policy/policy.ts'
import type { Keys } from '../values/keys.ts'
import { PasswordHasher } from './passwords/password-hash.ts'

/** What this room needs of the outside world. */
export interface IdentityNeeds {
  db: Db
  policy: Policy
  keys: Keys
  now: () => Date
  /** Cryptographically strong random bytes. */
  random: (length: number) => Buffer
  config: { publicUrl: string; sessionSecret: string }
}

/** What its stories take after the database. */
export interface Tools {
  policy: Policy
  keys: Keys
  random: (length: number) => Buffer
  hasher: PasswordHasher
}

export function toolsOf({
  policy,
  keys,
  random,
}: Pick<IdentityNeeds, 'policy' | 'keys' | 'random'>): Tools {
  return { policy, keys, random, hasher: new PasswordHasher(keys.password) }
}

/** From where somebody comes, as far as a request tells. */
export interface Visit {
  address: string
  userAgent: string
  /** The device mark of the cookie, as it came. */
  deviceToken: string | null
  /** The session this browser had until now; it ends when another begins. */
  formerSessionId: string | null
}

const TOKEN_BYTES = 24

/** 192 bits for an address or a cookie. */
export function randomToken(random: Tools['random']): string {
  return random(TOKEN_BYTES).toString('base64url')
}
