import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { addDays } from '../../values/day.ts'

/** Receipts of one party that somebody may read: all of them, or what a grant covers. */
export interface ScopePart {
  readonly partyId: number
  /** Days of issue, both included; null is open. */
  readonly from: Day | null
  readonly to: Day | null
  /** None means all. */
  readonly kinds: readonly DocumentKind[]
  /** Only those that name the party by this number; null is by any. */
  readonly recipient: string | null
  /** By what they may; null for what is their own. */
  readonly grantId: number | null
}

/**
 * Everything that somebody may read: the one thing that every list, count, sum, file and page of
 * receipts asks for. What it does not cover is not there.
 */
export type ReceiptScope = readonly ScopePart[]

/** What belongs to one party, all of it. */
export function ownScope(partyId: number): ReceiptScope {
  return [{ partyId, from: null, to: null, kinds: [], recipient: null, grantId: null }]
}

/** What a part has to know of a receipt to cover it. */
export interface Coverable {
  readonly partyId: number
  readonly issuedOn: Day
  readonly kind: DocumentKind
  readonly recipientNumber: string
}

/** The grant by which somebody reads a receipt of their scope; null when it is their own. */
export function grantOf(scope: ReceiptScope, receipt: Coverable): number | null {
  return scope.find((part) => covers(part, receipt))?.grantId ?? null
}

/** Whether somebody may read it at all. */
export function isCovered(scope: ReceiptScope, receipt: Coverable): boolean {
  return scope.some((part) => covers(part, receipt))
}

function covers(part: ScopePart, receipt: Coverable): boolean {
  const { partyId, from, to, kinds, recipient } = part
  if (partyId !== receipt.partyId) return false
  if (from !== null && receipt.issuedOn < from) return false
  if (to !== null && receipt.issuedOn > to) return false
  if (kinds.length > 0 && !kinds.includes(receipt.kind)) return false
  return recipient === null || recipient === receipt.recipientNumber
}

/** Days of one party in which the same may be read; those of a party never meet. */
export interface Stretch {
  readonly partyId: number
  readonly from: Day | null
  readonly to: Day | null
  /** `|invoice|:0990000000001|withholding:0912345214|`: a kind, a number, or both; null is all. */
  readonly allowed: string | null
}

const FIRST = '0000-01-01' as Day

/**
 * The scope within some days, as stretches that never meet, so that what two grants cover is found
 * once. By party and day; none is nothing.
 */
export function stretchesOf(
  scope: ReceiptScope,
  days: { readonly from: Day | null; readonly to: Day | null },
): Stretch[] {
  const parts = scope.flatMap((part) => within(part, days))
  // Everybody's page: their own receipts, whole.
  if (parts.length === 1) return parts.map(stretchOf)
  return [...Map.groupBy(parts, ({ partyId }) => partyId).values()].flatMap((some) =>
    some.length === 1 ? some.map(stretchOf) : disjoint(some),
  )
}

function within(
  part: ScopePart,
  days: { readonly from: Day | null; readonly to: Day | null },
): ScopePart[] {
  const from = later(part.from, days.from)
  const to = earlier(part.to, days.to)
  return from !== null && to !== null && from > to ? [] : [{ ...part, from, to }]
}

/** Of two limits, each of which may be open. */
export function earlier(one: Day | null, other: Day | null): Day | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

export function later(one: Day | null, other: Day | null): Day | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}

function stretchOf(part: ScopePart): Stretch {
  const { partyId, from, to } = part
  return { partyId, from, to, allowed: allowedBy([part]) }
}

/** Cuts the days of one party wherever a part begins or ends. */
function disjoint(parts: readonly ScopePart[]): Stretch[] {
  const cuts = parts.flatMap(({ from, to }) => [
    from ?? FIRST,
    ...(to === null ? [] : [addDays(to, 1)]),
  ])
  const starts = [...new Set(cuts)].sort()
  const stretches: Stretch[] = []
  for (const [at, start] of starts.entries()) {
    const next = starts[at + 1]
    const end = next === undefined ? null : addDays(next, -1)
    const here = parts.filter(({ from, to }) => (from ?? FIRST) <= start && (to ?? start) >= start)
    const [first] = here
    if (!first) continue
    const { partyId } = first
    const from = start === FIRST ? null : start
    stretches.push({ partyId, from, to: end, allowed: allowedBy(here) })
  }
  return stretches
}

function allowedBy(parts: readonly ScopePart[]): string | null {
  const tokens = parts.flatMap(({ kinds, recipient }) => {
    const number = recipient === null ? '' : `:${recipient}`
    return (kinds.length > 0 ? kinds : ['']).map((kind) => `${kind}${number}`)
  })
  return tokens.includes('') ? null : `|${[...new Set(tokens)].sort().join('|')}|`
}

/** Whether days, kinds and states are all it takes to tell what may be read. */
export function knowsNoNumbers(stretches: readonly Stretch[]): boolean {
  return stretches.every(({ allowed }) => allowed === null || !allowed.includes(':'))
}
