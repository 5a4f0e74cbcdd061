import { isRuc } from '../../values/tax-id.ts'
import type { Client, FactsBatches, ReceiptFacts } from '../facts/receipt-facts.ts'
import { purchaseOf } from './ats-purchase.ts'
import { readmeOfAts } from './ats-readme.ts'
import { SalesWithheld } from './ats-sales.ts'
import { atsName, writeElements } from './ats-text.ts'
import { LeftOut, whyNotDeclared } from './left-out.ts'

/** A fragment of the annex, for one taxpayer and one month. */
export interface AtsFragment {
  /** As it is written; to be read to its end before the readme. */
  readonly xml: AsyncGenerator<string>
  /** What stands in for what no document says, and what was left out; complete once the XML is. */
  readme(): string
}

/** Whether somebody can be who declares: the annex knows only RUCs. */
export function informantRuc(taxId: string): string | null {
  if (isRuc(taxId)) return taxId
  return /^\d{10}$/.test(taxId) ? `${taxId}001` : null
}

/**
 * Writes purchases (facturas, notas de crédito y de débito, liquidaciones that the taxpayer issued)
 * and withholdings received. One purchase is held at a time, and one sum for each who withheld.
 *
 * @param month `2026-11`; what was issued in another one is left out and named
 */
export function writeAts(
  informant: Client & { readonly ruc: string },
  month: string,
  batches: FactsBatches,
): AtsFragment {
  const leftOut = new LeftOut()
  const counts = { purchases: 0, withholdings: 0 }
  return {
    xml: fragment(informant, month, batches, leftOut, counts),
    readme: () => readmeOfAts({ informant, month, ...counts, leftOut }),
  }
}

async function* fragment(
  informant: Client & { readonly ruc: string },
  month: string,
  batches: FactsBatches,
  leftOut: LeftOut,
  counts: { purchases: number; withholdings: number },
): AsyncGenerator<string> {
  const sales = new SalesWithheld()
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<iva>${headOf(informant, month)}<compras>`
  for await (const batch of batches) {
    let piece = ''
    for (const facts of batch) {
      const taken = take(informant.ruc, month, facts, sales)
      if (!taken.ok) leftOut.add(taken.reason, facts)
      else if (taken.purchase === null) counts.withholdings += 1
      else {
        counts.purchases += 1
        piece += taken.purchase
      }
    }
    if (piece !== '') yield piece
  }
  const sold = sales.elements()
  yield `</compras>${sold.length === 0 ? '' : writeElements([['ventas', sold]])}</iva>\n`
}

function headOf({ ruc, name }: { ruc: string; name: string }, month: string): string {
  return writeElements([
    ['TipoIDInformante', 'R'],
    ['IdInformante', ruc],
    ['razonSocial', atsName(name)],
    ['Anio', month.slice(0, 4)],
    ['Mes', month.slice(5, 7)],
    ['codigoOperativo', 'IVA'],
  ])
}

type Taken =
  | { readonly ok: true; readonly purchase: string | null }
  | { readonly ok: false; readonly reason: string }

function take(ruc: string, month: string, facts: ReceiptFacts, sales: SalesWithheld): Taken {
  const reason = whyNotDeclared(facts) ?? whyNotHere(ruc, month, facts)
  if (reason !== null || facts.document === null) return { ok: false, reason: reason ?? '' }
  if (facts.kind === 'withholding') {
    const refused = sales.add(facts, facts.document)
    return refused === null ? { ok: true, purchase: null } : { ok: false, reason: refused }
  }
  const purchase = purchaseOf(facts, facts.document)
  if (!purchase.ok) return purchase
  return { ok: true, purchase: writeElements([['detalleCompras', purchase.elements]]) }
}

function whyNotHere(ruc: string, month: string, { kind, issuedOn, issuerRuc }: ReceiptFacts) {
  if (!issuedOn.startsWith(month)) return 'emitidos en otro mes'
  if (kind === 'delivery-note') return 'que no van en el ATS (guías de remisión)'
  if (kind === 'purchase-settlement' && issuerRuc !== ruc) {
    return 'que para quien los recibe son ventas y no compras (liquidaciones)'
  }
  return null
}
