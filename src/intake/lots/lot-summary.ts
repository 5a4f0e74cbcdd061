import type { ItemOutcome, ItemReach } from '../../db/tables/intake.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { TaxSum } from '../../sri/tax-sums.ts'

/** How many receipts, and their total; guías have none. */
export interface Sum {
  count: number
  cents: number
}

/** Receipts of one series that are missing between two that are there. */
export interface Gap {
  readonly kind: DocumentKind
  readonly issuerRuc: string
  /** `001-002`. */
  readonly series: string
  readonly from: number
  readonly to: number
}

/** What a dry run found, added up file by file; also what it needs to go on after a stop. */
export interface LotSummary {
  outcomes: Partial<Record<ItemOutcome, number>>
  /** Of the receipts that would be published. */
  kinds: Partial<Record<DocumentKind, Sum>>
  /** Of those too: by `kind tax rate`. */
  taxes: Record<string, Omit<TaxSum, 'rateCode'> & { kind: DocumentKind }>
  reach: Partial<Record<ItemReach, number>>
  warnings: number
  /** Of those too: whose signature does not hold, the first of them by name; missing in old ones. */
  badSignatures?: { count: number; first: BadSignature[] }
  /** Places of some receipts to look at, of every kind. */
  samples: { n: number; kind: DocumentKind }[]
  /** Filled in at the end; the first of them, and how many numbers are missing in all. */
  gaps: Gap[]
  missing: number
}

/** A document whose signature does not hold. */
export interface BadSignature {
  readonly n: number
  readonly name: string
  /** In Spanish: why. */
  readonly fault: string
}

/** So many are named; the others are counted, and say so themselves once they are there. */
const BAD_SIGNATURES_NAMED = 100

/** One more receipt whose signature does not hold. */
export function addBadSignature(summary: LotSummary, bad: BadSignature): void {
  const { count, first } = summary.badSignatures ?? { count: 0, first: [] }
  const named = first.length < BAD_SIGNATURES_NAMED ? [...first, bad] : first
  summary.badSignatures = { count: count + 1, first: named }
}

export function emptySummary(): LotSummary {
  return {
    outcomes: {},
    kinds: {},
    taxes: {},
    reach: {},
    warnings: 0,
    samples: [],
    gaps: [],
    missing: 0,
  }
}

/** How many of the lot's files would be published, or were. */
export function publishable({ outcomes }: LotSummary): number {
  return (outcomes.new ?? 0) + (outcomes.awaited ?? 0)
}

/** All documents of a lot. */
export function documentsIn({ outcomes }: LotSummary): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0)
}

/** How many are refused and somebody has to look at; what comes twice, or was there before, is no fault. */
export function faulty({ outcomes }: LotSummary): number {
  return (outcomes.refused ?? 0) + (outcomes.clashing ?? 0)
}

/** How many come a second time: left out, with nothing to mend. */
export function repeated({ outcomes }: LotSummary): number {
  return outcomes.repeated ?? 0
}

/** One more under a name of a count. */
export function countOne<Name extends string>(counts: Partial<Record<Name, number>>, name: Name) {
  counts[name] = (counts[name] ?? 0) + 1
}

/** One less; a count of nothing is none. */
export function countOneLess<Name extends string>(
  counts: Partial<Record<Name, number>>,
  name: Name,
): void {
  const left = (counts[name] ?? 1) - 1
  if (left > 0) counts[name] = left
  else delete counts[name]
}

/** Receipts to look at before anybody decides: a few of each kind. */
const SAMPLES_A_KIND = 2

/** One more receipt of a kind that would be published; the first of each are there to be looked at. */
export function addKind(summary: LotSummary, n: number, kind: DocumentKind, cents: number): void {
  const sum = summary.kinds[kind] ?? { count: 0, cents: 0 }
  summary.kinds[kind] = { count: sum.count + 1, cents: sum.cents + cents }
  if (sum.count < SAMPLES_A_KIND) summary.samples.push({ n, kind })
}

/** Its taxes. */
export function addTaxes(summary: LotSummary, kind: DocumentKind, taxes: readonly TaxSum[]): void {
  for (const { tax, rateBp, baseCents, amountCents } of taxes) {
    const key = `${kind} ${tax} ${rateBp ?? ''}`
    const total = summary.taxes[key] ?? { kind, tax, rateBp, baseCents: 0, amountCents: 0 }
    total.baseCents += baseCents
    total.amountCents += amountCents
    summary.taxes[key] = total
  }
}
