import type { ReceiptFilter } from '../../receipts/search/search-filter.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'

/** Receipts of one taxpayer that somebody may read. No kinds are all of them, null is an open end. */
export interface Share {
  readonly partyId: number
  readonly kinds: readonly DocumentKind[]
  readonly from: Day | null
  readonly to: Day | null
}

/** Everything that somebody may read. */
export type Scope = readonly Share[]

/** Whether all of `asked` may still be read with `now`. */
export function covers(now: Scope, asked: Scope): boolean {
  return asked.every((share) => now.some((wider) => holds(wider, share)))
}

function holds(wider: Share, share: Share): boolean {
  if (wider.partyId !== share.partyId) return false
  const from = wider.from === null || (share.from !== null && share.from >= wider.from)
  const to = wider.to === null || (share.to !== null && share.to <= wider.to)
  return from && to && hasKinds(wider.kinds, share.kinds)
}

function hasKinds(wider: readonly DocumentKind[], some: readonly DocumentKind[]): boolean {
  if (wider.length === 0) return true
  return some.length > 0 && some.every((kind) => wider.includes(kind))
}

/** What a search finds among a share; null when the two have nothing in common. */
export function filterWithin(filter: ReceiptFilter, share: Share): ReceiptFilter | null {
  // A search by key asks for nothing else: nothing would keep it within the share.
  if (filter.accessKey !== null) return isWhole(share) ? filter : null
  const kinds =
    share.kinds.length === 0
      ? filter.kinds
      : share.kinds.filter((kind) => filter.kinds.length === 0 || filter.kinds.includes(kind))
  const from = later(filter.from, share.from)
  const to = earlier(filter.to, share.to)
  const none = share.kinds.length > 0 && kinds.length === 0
  if (none || (from !== null && to !== null && from > to)) return null
  return { ...filter, kinds, from, to }
}

function isWhole({ kinds, from, to }: Share): boolean {
  return kinds.length === 0 && from === null && to === null
}

function later(one: Day | null, other: Day | null): Day | null {
  return one === null || (other !== null && other > one) ? other : one
}

function earlier(one: Day | null, other: Day | null): Day | null {
  return one === null || (other !== null && other < one) ? other : one
}
