import type { Generated } from 'kysely'

export interface ApiKeysTables {
  api_key: ApiKeyTable
}

/** A program's access to the API. Never deleted: what it did refers to it. */
interface ApiKeyTable {
  id: Generated<number>
  /** What it is for, as people call it. */
  name: string
  /** The part of the key by which it is found. */
  handle: string
  /** Keyed fingerprint of the rest, which nobody holds but the program. */
  secret_hash: string
  /** JSON of `ApiRight`s. */
  rights: string
  /** JSON: addresses and networks from which it works; none is anywhere. */
  networks: string
  created_by: number
  created_at: string
  expires_at: string
  used_at: string | null
  revoked_at: string | null
}
