import type { TaxName } from '../../sri/catalogues/catalogues.ts'
import type { ReceiptSummary } from '../../sri/summary.ts'

/** What the receipts of a lot charge or withhold of one tax at one rate. */
export interface TaxSum {
  tax: TaxName
  /** Basis points, 1500 is 15 %; null where no percentage applies. */
  rateBp: number | null
  baseCents: number
  amountCents: number
}

/** The taxes of a receipt, one entry for each tax and rate. */
export function taxSumsOf({ taxes }: Pick<ReceiptSummary, 'taxes'>): TaxSum[] {
  const sums = new Map<string, TaxSum>()
  for (const { tax, rateBp, baseCents, amountCents } of taxes) {
    const key = `${tax} ${rateBp}`
    const sum = sums.get(key)
    if (sum) {
      sum.baseCents += baseCents
      sum.amountCents += amountCents
    } else {
      sums.set(key, { tax, rateBp, baseCents, amountCents })
    }
  }
  return [...sums.values()]
}
