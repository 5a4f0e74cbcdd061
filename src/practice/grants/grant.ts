import { type DocumentKind, documentKinds } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'

/** What a customer lets a firm read. It never lets anybody change anything. */
export interface GrantedReading {
  /** Only receipts that name the customer by this number; null is by any of theirs. */
  readonly recipient: string | null
  /** None means all. */
  readonly kinds: readonly DocumentKind[]
  /** Days of issue, both included; null is open. */
  readonly from: Day | null
  readonly to: Day | null
  /** The last day on which the firm may read. */
  readonly endsOn: Day
}

/** Where a grant stands: it ends by itself, or because the customer took it back. */
export type GrantState = 'live' | 'ended' | 'revoked'

/** `today` in Guayaquil. */
export function stateOfGrant(
  { endsOn, revokedAt }: { readonly endsOn: Day; readonly revokedAt: Date | null },
  today: Day,
): GrantState {
  if (revokedAt !== null) return 'revoked'
  return endsOn < today ? 'ended' : 'live'
}

/** Kinds as a row holds them, in the order of the catalogue. */
export function writeKinds(kinds: readonly DocumentKind[]): string {
  const some = documentKinds.filter(({ kind }) => kinds.includes(kind))
  return some.length === documentKinds.length ? '' : some.map(({ kind }) => kind).join(',')
}

export function readKinds(text: string): DocumentKind[] {
  const named = text.split(',')
  return documentKinds.filter(({ kind }) => named.includes(kind)).map(({ kind }) => kind)
}
