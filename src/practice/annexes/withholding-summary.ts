import { incomeWithholdingConcept } from '../../sri/catalogues/catalogue-income.ts'
import { taxLabels } from '../../sri/catalogues/catalogues.ts'
import { type Cents, cents } from '../../values/money.ts'
import type { FactsBatches, ReceiptFacts, WithheldFacts } from '../facts/receipt-facts.ts'
import { LeftOut, whyNotDeclared } from './left-out.ts'

/** What was withheld under one code in one month. */
export interface WithheldSum {
  readonly client: string
  readonly clientName: string
  /** `2026-11`: of issue, in which it counts. */
  readonly month: string
  readonly tax: WithheldFacts['tax']
  readonly code: string
  readonly concept: string
  readonly rateBp: number | null
  receipts: number
  base: Cents
  amount: Cents
}

export interface WithheldSummary {
  readonly sums: readonly WithheldSum[]
  readonly leftOut: LeftOut
}

/**
 * Adds up withholdings by taxpayer, month, tax, code and percentage. As many sums are held as there
 * are codes in a month, however many receipts come.
 */
export async function summarizeWithheld(batches: FactsBatches): Promise<WithheldSummary> {
  const sums = new Map<string, WithheldSum>()
  const leftOut = new LeftOut()
  for await (const batch of batches) {
    for (const facts of batch) {
      if (facts.kind !== 'withholding') continue
      const reason = whyNotDeclared(facts)
      if (reason === null) addTo(sums, facts)
      else leftOut.add(reason, facts)
    }
  }
  return { sums: [...sums.values()].sort(inOrder), leftOut }
}

function addTo(sums: Map<string, WithheldSum>, facts: ReceiptFacts): void {
  const counted = new Set<string>()
  for (const line of facts.document?.withheld ?? []) {
    const { tax, rateCode: code, rateBp } = line
    const month = facts.issuedOn.slice(0, 7)
    const name = JSON.stringify([facts.client.taxId, month, tax, code, rateBp])
    const sum = sums.get(name) ?? {
      client: facts.client.taxId,
      clientName: facts.client.name,
      month,
      tax,
      code,
      concept:
        tax === 'renta' ? (incomeWithholdingConcept(code) ?? '') : `${taxLabels[tax]} retenido`,
      rateBp,
      receipts: 0,
      base: cents(0),
      amount: cents(0),
    }
    // A receipt may withhold under one code from several sales.
    if (!counted.has(name)) sum.receipts += 1
    counted.add(name)
    sum.base = cents(sum.base + line.baseCents)
    sum.amount = cents(sum.amount + line.amountCents)
    sums.set(name, sum)
  }
}

function inOrder(one: WithheldSum, other: WithheldSum): number {
  const nameOf = ({ client, month, tax, code, rateBp }: WithheldSum) =>
    [client, month, tax, code.padStart(6), String(rateBp ?? 0).padStart(6)].join(' ')
  return nameOf(one) < nameOf(other) ? -1 : 1
}
