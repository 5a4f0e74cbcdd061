import { applyRate, multiplyToCents, parseDecimal } from '../../values/decimal.ts'
import { addUp, type Cents, cents, parseAmount, printAmount } from '../../values/money.ts'
import type { ReceiptDocument, WithholdingContent } from '../documents/document.ts'
import { type Problem, type ProblemCode, problem } from '../messages.ts'
import { basisPoints, chargedOf } from '../taxes.ts'
import { checkRates } from './check-rates.ts'
import { netOf, totalsOf } from './totals.ts'

/**
 * How far a printed amount may be from the exact one: a cent, and where amounts are added a cent
 * for each that was rounded on its own. Real issuers truncate where others round.
 */
const ROUNDING_CENTS = 1

/** Line arithmetic, taxes by rate, sums and totals (the SRI's error 52). */
export function checkAmounts(document: ReceiptDocument): Problem[] {
  if (document.kind === 'delivery-note') return []
  if (document.kind === 'withholding') return checkWithheld(document.content)
  return [
    ...checkLines(document),
    ...checkNet(document),
    ...checkTaxes(document),
    ...checkRates(document),
    ...checkTotal(document),
    ...checkPayments(document),
  ]
}

/** Quantity by unit price, less the discount. */
function checkLines(document: ReceiptDocument): Problem[] {
  if (document.kind === 'debit-note' || document.kind === 'delivery-note') return []
  if (document.kind === 'withholding') return []
  const problems: Problem[] = []
  for (const [at, line] of (document.content.detalles ?? []).entries()) {
    const quantity = parseDecimal(line.cantidad ?? '')
    const price = parseDecimal(line.precioUnitario ?? '')
    const discount = parseAmount(line.descuento ?? '0')
    if (quantity === null || price === null || discount === null) continue
    const gross = multiplyToCents(quantity, price)
    const expected = addUp([gross, cents(-discount)])
    const field = `detalles[${at + 1}].precioTotalSinImpuesto`
    problems.push(
      ...compare(line.precioTotalSinImpuesto, expected, ROUNDING_CENTS, 'line-amount', field),
    )
    problems.push(...checkLineTaxes(line.impuestos, `detalles[${at + 1}]`))
  }
  return problems
}

interface PrintedTax {
  codigo?: string
  codigoPorcentaje?: string
  tarifa?: string
  baseImponible?: string
  valor?: string
}

/** Base by rate. Only IVA has a plain percentage: ICE and IRBPNR may be charged by the unit. */
function checkLineTaxes(taxes: readonly PrintedTax[] | undefined, place: string): Problem[] {
  return (taxes ?? []).flatMap((tax, at) => {
    const expected = ivaOf(tax)
    if (expected === null) return []
    return compare(
      tax.valor,
      expected,
      ROUNDING_CENTS,
      'tax-amount',
      `${place}.impuestos[${at + 1}].valor`,
    )
  })
}

function ivaOf(tax: PrintedTax): Cents | null {
  const base = parseAmount(tax.baseImponible ?? '')
  const rate = basisPoints(tax.tarifa)
  return tax.codigo !== '2' || base === null || rate === null ? null : applyRate(base, rate)
}

/** The lines, or the reasons of a debit note, against the total before taxes. */
function checkNet(document: ReceiptDocument): Problem[] {
  const net = netOf(document)
  if (net === null) return []
  const amounts = net.lines.map((printed) => parseAmount(printed ?? ''))
  const sum = addUp(amounts)
  return compare(net.printed, sum, tolerance(amounts.length), 'net-sum', net.field)
}

/** Each total by rate against the lines that carry that rate, and against base by rate. */
function checkTaxes(document: ReceiptDocument): Problem[] {
  if (document.kind === 'debit-note') {
    return checkLineTaxes(document.content.infoNotaDebito?.impuestos, 'infoNotaDebito')
  }
  if (document.kind === 'withholding' || document.kind === 'delivery-note') return []
  const lines = (document.content.detalles ?? []).flatMap((line) => line.impuestos ?? [])
  const byRate = Map.groupBy(lines, (tax) => `${tax.codigo} ${tax.codigoPorcentaje}`)
  return chargedOf(document).flatMap((total, at) => {
    const carrying = byRate.get(`${total.codigo} ${total.codigoPorcentaje}`) ?? []
    // A discount on the whole document lowers the base of the total, not those of the lines.
    const discounted = (parseAmount((total as Discounted).descuentoAdicional ?? '0') ?? 0) !== 0
    if (discounted) return []
    const field = `totalConImpuestos[${at + 1}].valor`
    const sum = addUp(carrying.map((tax) => parseAmount(tax.valor ?? '')))
    return compare(total.valor, sum, tolerance(carrying.length), 'tax-sum', field)
  })
}

interface Discounted {
  readonly descuentoAdicional?: string
}

/** Before taxes, plus taxes, tip and charges. Any of what issuers count either way may be left out. */
function checkTotal(document: ReceiptDocument): Problem[] {
  const totals = totalsOf(document)
  if (totals === null) return []
  const printed = parseAmount(totals.printed ?? '')
  const parts = totals.added.map((part) => parseAmount(part ?? '0'))
  const expected = addUp(parts)
  if (printed === null || expected === null) return []
  const allowed = tolerance(parts.length)
  const gap = printed - expected
  const either = totals.either.map((part) => parseAmount(part ?? '0') ?? cents(0))
  if (reaches(gap, either, allowed)) return []
  return compare(totals.printed, expected, allowed, 'total-sum', totals.field)
}

/** Whether some of those amounts, added or taken away, explain the gap. */
function reaches(gap: number, amounts: readonly Cents[], allowed: number): boolean {
  if (Math.abs(gap) <= allowed) return true
  const [first, ...others] = amounts.filter((amount) => amount !== 0)
  if (first === undefined) return false
  return (
    reaches(gap, others, allowed) ||
    reaches(gap - first, others, allowed) ||
    reaches(gap + first, others, allowed)
  )
}

/** What is paid against the total, when forms of payment are printed. */
function checkPayments(document: ReceiptDocument): Problem[] {
  const totals = totalsOf(document)
  if (totals === null || totals.payments.length === 0) return []
  const amounts = totals.payments.map((payment) => parseAmount(payment.total ?? ''))
  const total = parseAmount(totals.printed ?? '')
  const paid = addUp(amounts)
  if (total === null || paid === null) return []
  const gap = total - paid
  const either = totals.either.map((part) => parseAmount(part ?? '0') ?? cents(0))
  if (reaches(gap, either, tolerance(amounts.length))) return []
  const facts = { expected: printAmount(total), value: printAmount(paid) }
  return [problem('payments-sum', totals.field, facts)]
}

/** Base by percentage, for each line of both versions. */
function checkWithheld(content: WithholdingContent): Problem[] {
  const flat = (content.impuestos ?? []).map((line, at) => ({
    line,
    place: `impuestos[${at + 1}]`,
  }))
  const supported = (content.docsSustento ?? []).flatMap((support, at) =>
    (support.retenciones ?? []).map((line, number) => ({
      line,
      place: `docsSustento[${at + 1}].retenciones[${number + 1}]`,
    })),
  )
  return [...flat, ...supported].flatMap(({ line, place }) => {
    const base = parseAmount(line.baseImponible ?? '')
    const rate = basisPoints(line.porcentajeRetener)
    if (base === null || rate === null) return []
    const exact = applyRate(base, rate)
    return compare(
      line.valorRetenido,
      exact,
      ROUNDING_CENTS,
      'tax-amount',
      `${place}.valorRetenido`,
    )
  })
}

function tolerance(roundings: number): number {
  return ROUNDING_CENTS * Math.max(1, roundings)
}

function compare(
  printed: string | undefined,
  expected: Cents | null,
  allowed: number,
  code: ProblemCode,
  field: string,
): Problem[] {
  const amount = parseAmount(printed ?? '')
  // What is no amount, or beyond any, has already been named by the form's check.
  if (amount === null || expected === null) return []
  if (Math.abs(amount - expected) <= allowed) return []
  return [problem(code, field, { expected: printAmount(expected), value: printed ?? '' })]
}
