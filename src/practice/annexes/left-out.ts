import { isTest, statusFacts } from '../../receipts/receipt.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import type { DocumentFacts, ReceiptFacts } from '../facts/receipt-facts.ts'

const NAMED_MAX = 50

/** Receipts that a sum or an annex does not count, by the reason why; none is left out silently. */
export class LeftOut {
  readonly #byReason = new Map<string, { count: number; named: string[] }>()

  /** @param reason to follow «No incluye 2 comprobantes» */
  add(reason: string, facts: ReceiptFacts): void {
    const group = this.#byReason.get(reason) ?? { count: 0, named: [] }
    group.count += 1
    if (group.named.length < NAMED_MAX) {
      group.named.push(`${kindFacts(facts.kind).shortName} ${facts.number} de ${facts.issuerRuc}`)
    }
    this.#byReason.set(reason, group)
  }

  get count(): number {
    return [...this.#byReason.values()].reduce((sum, { count }) => sum + count, 0)
  }

  /** A sentence for each reason, with the first of them by name. */
  sentences(): string[] {
    return [...this.#byReason].map(([reason, { count, named }]) => {
      const how = count === 1 ? '1 comprobante' : `${formatCount(count)} comprobantes`
      const more = count > named.length ? ` y ${formatCount(count - named.length)} más` : ''
      return `No incluye ${how} ${reason}: ${named.join(', ')}${more}.`
    })
  }
}

/** Why nothing may be declared with a receipt; null when it counts. */
export function whyNotDeclared(facts: ReceiptFacts): string | null {
  if (facts.status !== 'authorized') {
    return `en estado ${statusFacts(facts.status).name.toLowerCase()}`
  }
  if (isTest(facts)) return 'del ambiente de pruebas, sin valor tributario'
  if (facts.document === null) return 'cuyo archivo no pudimos leer'
  return isAddable(facts.document) ? null : 'con valores que no pueden ser ciertos'
}

/** USD 900 million: far above any receipt, and a hundred thousand of them still add up exactly. */
const ADDABLE_CENTS_MAX = 90_000_000_000

function isAddable({ taxes, withheld, supports, lines, reimbursedBase }: DocumentFacts): boolean {
  const all = [...taxes, ...withheld, ...supports.flatMap((one) => one.taxes)]
  const amounts = all.flatMap(({ baseCents, amountCents }) => [baseCents, amountCents])
  const sum = [...amounts, ...lines.map(({ net }) => net ?? 0), reimbursedBase ?? 0]
  return sum.reduce((so, amount) => so + Math.abs(amount), 0) <= ADDABLE_CENTS_MAX
}
