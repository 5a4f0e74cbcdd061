import type { DocumentKind } from '../../sri/kinds.ts'
import { fingerprint } from '../../values/keys.ts'

/** What a key may be given to do: `read` is for firms of accountants, the rest for the bank. */
export const API_RIGHTS = ['issue', 'read'] as const
export const BANK_RIGHTS = ['issue'] as const satisfies readonly ApiRight[]
export type ApiRight = (typeof API_RIGHTS)[number]

/** A key as its guard knows it. */
export interface ApiKey {
  readonly id: number
  readonly name: string
  readonly handle: string
  readonly rights: readonly ApiRight[]
  /** Addresses and networks (`10.0.0.0/8`) from which it works; none is anywhere. */
  readonly networks: readonly string[]
  /** The login that made it. */
  readonly createdBy: number
  /** Null for a program of the bank. */
  readonly firm: KeyOfFirm | null
  /**
   * It is a firm's, and the login that made it is shut: as long as that lasts it opens nothing, for
   * whoever took the login over may have made it.
   */
  readonly isHeld: boolean
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly usedAt: Date | null
  readonly revokedAt: Date | null
}

/** What a key of a firm may read of all that its maker may. */
export interface KeyOfFirm {
  readonly id: number
  /** Parties; null is all. */
  readonly clients: readonly number[] | null
  /** None means all. */
  readonly kinds: readonly DocumentKind[]
}

/** A key as its program sends it, taken apart. */
export interface SentKey {
  handle: string
  secret: string
}

const HANDLE_BYTES = 6
const SECRET_BYTES = 32
const SHAPE = /^portal_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/

/** A new key. `text` is told once and never kept. */
export function drawKey(random: (length: number) => Buffer): SentKey & { text: string } {
  const handle = random(HANDLE_BYTES).toString('hex')
  const secret = random(SECRET_BYTES).toString('base64url')
  return { handle, secret, text: `portal_${handle}_${secret}` }
}

/** @param header of `Authorization`; null when it holds no key of ours. */
export function readBearer(header: string | undefined): SentKey | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? []
  const [, handle, secret] = SHAPE.exec(token ?? '') ?? []
  return handle && secret ? { handle, secret } : null
}

/** What is kept of a secret. Its 256 random bits need no slow hash. */
export function hashSecret(key: Buffer, { handle, secret }: SentKey): string {
  return fingerprint(key, `api-key:${handle}:${secret}`)
}
