import type { DocumentOf } from '../../sri/documents/document.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { type Day, printSriDate } from '../../values/day.ts'
import { applyRate } from '../../values/decimal.ts'
import { addUp, type Cents, cents, printAmount } from '../../values/money.ts'
import type { CreditableLine } from './creditable.ts'
import { creditableOf } from './creditable.ts'

/** What somebody wants to give back. */
export interface CreditWish {
  readonly issuedOn: Day
  /** One line of up to 300 characters. */
  readonly reason: string
  readonly email: string | null
  /** Before tax, by the place of the line in the invoice; `all` is everything that is left. */
  readonly amounts: ReadonlyMap<number, Cents> | 'all'
}

export type DraftedCredit =
  | { readonly ok: true; readonly draft: ReceiptDraft }
  | { readonly ok: false; readonly refusal: 'final-consumer' | 'other-taxes' | 'nothing-left' }
  | { readonly ok: false; readonly refusal: 'nothing-chosen' }
  /** More than is left of that line. */
  | { readonly ok: false; readonly refusal: 'too-much'; readonly at: number; readonly left: Cents }

/** A part of a line that is given back. */
interface Given {
  readonly from: CreditableLine
  readonly net: Cents
  readonly tax: Cents
}

/**
 * The credit note (1.1.0) that gives back an invoice, or what is left of it, or a part. Whatever the
 * parts, all of them together give back to the cent what was charged: the last part of a line takes
 * what is left of its tax.
 */
export function draftCreditNote(
  invoice: DocumentOf<'invoice'>,
  notes: readonly DocumentOf<'credit-note'>[],
  wish: CreditWish,
): DraftedCredit {
  const creditable = creditableOf(invoice, notes)
  if (!creditable.ok) return creditable
  const given: Given[] = []
  for (const [at, from] of creditable.lines.entries()) {
    const net = wish.amounts === 'all' ? from.leftCents : (wish.amounts.get(at) ?? cents(0))
    if (net > from.leftCents) return { ok: false, refusal: 'too-much', at, left: from.leftCents }
    if (net > 0) given.push({ from, net, tax: taxOf(from, net) })
  }
  if (given.length === 0) return { ok: false, refusal: 'nothing-chosen' }
  return { ok: true, draft: draftOf(invoice, given, wish) }
}

function taxOf({ leftCents, taxLeftCents, rateBp }: CreditableLine, net: Cents): Cents {
  if (net === leftCents) return taxLeftCents
  return cents(Math.min(applyRate(net, rateBp) ?? 0, taxLeftCents))
}

function draftOf(
  { content }: DocumentOf<'invoice'>,
  given: readonly Given[],
  { issuedOn, reason, email }: CreditWish,
): ReceiptDraft {
  const { infoTributaria, infoFactura } = content
  const { estab = '', ptoEmi = '', secuencial = '' } = infoTributaria ?? {}
  const net = sum(given.map((part) => part.net))
  const total = sum([net, ...given.map((part) => part.tax)])
  const infoNotaCredito = {
    fechaEmision: printSriDate(issuedOn),
    tipoIdentificacionComprador: infoFactura?.tipoIdentificacionComprador ?? '',
    razonSocialComprador: infoFactura?.razonSocialComprador ?? '',
    identificacionComprador: infoFactura?.identificacionComprador ?? '',
    codDocModificado: '01',
    numDocModificado: `${estab}-${ptoEmi}-${secuencial}`,
    fechaEmisionDocSustento: infoFactura?.fechaEmision ?? '',
    totalSinImpuestos: printAmount(net),
    valorModificacion: printAmount(total),
    moneda: 'DOLAR',
    totalConImpuestos: totalsOf(given),
    motivo: reason,
  }
  const infoAdicional = email === null ? {} : { infoAdicional: [{ nombre: 'Email', valor: email }] }
  const detalles = given.map(printPart)
  return {
    issuedOn,
    series: { establishment: estab, issuePoint: ptoEmi },
    email,
    totalCents: total,
    document: {
      kind: 'credit-note',
      version: '1.1.0',
      content: { infoNotaCredito, detalles, ...infoAdicional },
    },
  }
}

function totalsOf(given: readonly Given[]) {
  const byRate = Map.groupBy(given, ({ from }) => from.rateCode)
  return [...byRate].map(([codigoPorcentaje, parts]) => ({
    codigo: '2',
    codigoPorcentaje,
    baseImponible: printAmount(sum(parts.map(({ net }) => net))),
    valor: printAmount(sum(parts.map(({ tax }) => tax))),
  }))
}

/** A whole line as it was sold; a part of one as one piece at its price. */
function printPart({ from, net, tax }: Given) {
  const { line, netCents, rateCode, rateBp } = from
  const whole = net === netCents
  const amounts = whole
    ? {
        cantidad: line.cantidad ?? '1',
        precioUnitario: line.precioUnitario ?? printAmount(net),
        descuento: line.descuento ?? '0.00',
      }
    : { cantidad: '1', precioUnitario: printAmount(net), descuento: '0.00' }
  return {
    ...(line.codigoPrincipal === undefined ? {} : { codigoInterno: line.codigoPrincipal }),
    descripcion: line.descripcion ?? '',
    ...amounts,
    precioTotalSinImpuesto: printAmount(net),
    impuestos: [
      {
        codigo: '2',
        codigoPorcentaje: rateCode,
        tarifa: String(rateBp / 100),
        baseImponible: printAmount(net),
        valor: printAmount(tax),
      },
    ],
  }
}

function sum(amounts: readonly Cents[]): Cents {
  const added = addUp(amounts)
  if (added === null) throw new RangeError('Parts of an invoice add up to less than the invoice')
  return added
}
