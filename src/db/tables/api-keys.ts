import type { Generated } from 'kysely'

export interface ApiKeysTables {
  api_key: ApiKeyTable
  event_place: EventPlaceTable
  webhook: WebhookTable
  idempotent_answer: IdempotentAnswerTable
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
  /** The firm of accountants whose it is; null for the bank's. */
  firm_id: number | null
  /** JSON: parties of whom it may read, of those who let the firm; null is all. */
  clients: string | null
  /** The kinds that it may read, separated by commas; none is all. */
  kinds: Generated<string>
  created_by: number
  created_at: string
  expires_at: string
  used_at: string | null
  revoked_at: string | null
}

/** How far the program of a key says that it has read the events. */
interface EventPlaceTable {
  api_key_id: number
  seq: number
  at: string
}

/** `active`: it is called; `paused`: by its owner; `dead`: it failed for too long, or its key ended. */
export type WebhookStatus = 'active' | 'paused' | 'dead'

/** An address that is called with the events that a key may read, in their order. */
interface WebhookTable {
  id: Generated<number>
  api_key_id: number
  url: string
  /** Sealed: what signs has to be known in clear. */
  secret: string
  created_at: string
  status: WebhookStatus
  /** It has all events up to this one. */
  seq: number
  /** Failures in a row, and since when. */
  attempts: number
  failing_since: string | null
  next_at: string
  claimed_by: string | null
  claimed_until: string | null
  /** How the last call went, in a few words. */
  answer: string | null
  called_at: string | null
  accepted_at: string | null
}

/** What a call that makes something was answered, for whoever repeats it. */
interface IdempotentAnswerTable {
  api_key_id: number
  /** Fingerprint of what the program chose. */
  name: string
  /** Fingerprint of the call. */
  request: string
  status: number | null
  /** Sealed: an answer may hold a secret that is told once. */
  body: string | null
  at: string
}
