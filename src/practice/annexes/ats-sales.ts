import { type Cents, cents } from '../../values/money.ts'
import { isRuc } from '../../values/tax-id.ts'
import { ivaBaseOf } from '../exports/receipt-columns.ts'
import type { DocumentFacts, ReceiptFacts } from '../facts/receipt-facts.ts'
import { type AtsElement, atsAmount, fitsAts } from './ats-text.ts'

/** Sales to one customer who withheld: what the annex adds up in one line. */
interface Sales {
  readonly id: string
  readonly documents: Set<string>
  readonly amounts: Record<SalesAmount, Cents>
}

type SalesAmount = 'notSubject' | 'zero' | 'taxed' | 'iva' | 'ivaWithheld' | 'incomeWithheld'

const BASES = { taxed: 'taxed', zero: 'zero', 'not-subject': 'notSubject', exempt: 'zero' } as const
/** Sales documents kept apart by number; more are counted, not told apart. */
const DOCUMENTS_MAX = 100_000

/**
 * Withholdings received, by who withheld: `detalleVentas` has them beside the sales. Bases are those
 * that a withholding 2.0.0 repeats of the sale; 1.0.0 does not know them.
 */
export class SalesWithheld {
  readonly #byAgent = new Map<string, Sales>()

  /** @returns why it is left out, to follow «No incluye 2 comprobantes»; null when it counts */
  add({ issuerRuc }: ReceiptFacts, document: DocumentFacts): string | null {
    if (!isRuc(issuerRuc)) return 'cuyo emisor no tiene un RUC que el ATS admita'
    const sales = this.#byAgent.get(issuerRuc) ?? newSales(issuerRuc)
    const next = { ...sales.amounts }
    for (const { tax, amountCents } of document.withheld) {
      if (tax === 'iva') next.ivaWithheld = cents(next.ivaWithheld + amountCents)
      if (tax === 'renta') next.incomeWithheld = cents(next.incomeWithheld + amountCents)
    }
    for (const { taxes } of document.supports) {
      for (const line of taxes.filter(({ tax }) => tax === 'iva')) {
        const base = BASES[ivaBaseOf(line)]
        next[base] = cents(next[base] + line.baseCents)
        next.iva = cents(next.iva + line.amountCents)
      }
    }
    if (!fitsAts(Object.values(next))) return 'con valores que el ATS no admite'
    Object.assign(sales.amounts, next)
    for (const { support } of document.withheld) {
      if (support.number === null || sales.documents.size >= DOCUMENTS_MAX) continue
      sales.documents.add(`${support.code} ${support.number}`)
    }
    this.#byAgent.set(issuerRuc, sales)
    return null
  }

  elements(): AtsElement[] {
    const all = [...this.#byAgent.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
    return all.map((sales) => ['detalleVentas', saleElements(sales)])
  }
}

function newSales(id: string): Sales {
  const zero = cents(0)
  const amounts = {
    notSubject: zero,
    zero,
    taxed: zero,
    iva: zero,
    ivaWithheld: zero,
    incomeWithheld: zero,
  }
  return { id, documents: new Set(), amounts }
}

/** `04` is the RUC among the identifications of customers; 18, documents authorised in sales. */
function saleElements({ id, documents, amounts }: Sales): AtsElement[] {
  return [
    ['tpIdCliente', '04'],
    ['idCliente', id],
    ['parteRelVtas', 'NO'],
    ['tipoComprobante', '18'],
    ['tipoEmision', 'E'],
    ['numeroComprobantes', String(documents.size)],
    ['baseNoGraIva', atsAmount(amounts.notSubject)],
    ['baseImponible', atsAmount(amounts.zero)],
    ['baseImpGrav', atsAmount(amounts.taxed)],
    ['montoIva', atsAmount(amounts.iva)],
    ['montoIce', '0.00'],
    ['valorRetIva', atsAmount(amounts.ivaWithheld)],
    ['valorRetRenta', atsAmount(amounts.incomeWithheld)],
  ]
}
