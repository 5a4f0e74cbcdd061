import type { TaxName } from './catalogues/catalogues.ts'
import { addable, type ReceiptSummary } from './summary.ts'

/** What a receipt charges or withholds of one tax at one rate. Plain data, for threads. */
export interface TaxSum {
  tax: TaxName
  /** As printed; empty where none is. */
  rateCode: string
  /** Basis points, 1500 is 15 %; null where no percentage applies. */
  rateBp: number | null
  baseCents: number
  amountCents: number
}

/** No document needs more, and what a hostile one prints must not fill tables and pages. */
const SUMS_MAX = 60
/** The SRI's codes have at most five characters. */
const CODE_MAX = 10
const BASIS_POINTS_MAX = 100_000_000

/** The taxes of a receipt, one entry for each tax, code and rate, in the order of the document. */
export function taxSumsOf({ taxes }: Pick<ReceiptSummary, 'taxes'>): TaxSum[] {
  const sums = new Map<string, TaxSum>()
  for (const { tax, rateCode: printed, rateBp: rate, baseCents, amountCents } of taxes) {
    const rateCode = printed.slice(0, CODE_MAX)
    const rateBp = rate !== null && Math.abs(rate) > BASIS_POINTS_MAX ? null : rate
    const key = `${tax} ${rateCode} ${rateBp}`
    const sum = sums.get(key) ?? { tax, rateCode, rateBp, baseCents: 0, amountCents: 0 }
    sum.baseCents = addable(sum.baseCents + baseCents) ?? 0
    sum.amountCents = addable(sum.amountCents + amountCents) ?? 0
    if (sums.size < SUMS_MAX) sums.set(key, sum)
  }
  return [...sums.values()]
}
