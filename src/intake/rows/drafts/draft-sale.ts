import { FINAL_CONSUMER_CENTS_MAX } from '../../../sri/checking/check-recipient.ts'
import type { ReceiptDocument } from '../../../sri/documents/document.ts'
import { multiplyToCents, parseDecimal } from '../../../values/decimal.ts'
import { type Cents, cents, formatMoney, printAmount } from '../../../values/money.ts'
import { complain } from '../fault.ts'
import {
  addedUp,
  additionalInfo,
  amountIn,
  buyerOf,
  type ChargedVat,
  changedOf,
  checkTotal,
  filled,
  printTax,
  readVat,
  sriDate,
  totalsByRate,
} from './draft-parts.ts'
import type { Line } from './line.ts'

/** A document with its total; null while something is wrong, which has then been said. */
export interface Drafted {
  readonly document: ReceiptDocument
  readonly totalCents: Cents | null
}

/** A line with its amounts worked out. */
interface SoldLine {
  readonly line: Line
  readonly discount: Cents
  readonly vat: ChargedVat
}

interface Sale {
  readonly sold: readonly SoldLine[]
  readonly net: Cents
  readonly total: Cents
  readonly totals: readonly ChargedVat[]
}

/** Adds up what is sold, bought or given back. */
function readSale(first: Line, lines: readonly Line[]): Sale | null {
  const sold = lines.map((line) => readSold(line))
  const good = sold.filter((line) => line !== null)
  if (good.length < lines.length) return null
  const net = addedUp(
    good.map(({ vat }) => vat.base),
    first,
    'precio_unitario',
  )
  const taxes = good.map(({ vat }) => vat.tax)
  const total = net === null ? null : addedUp([net, ...taxes], first, 'precio_unitario')
  if (net === null || total === null) return null
  checkTotal(first, total)
  return { sold: good, net, total, totals: totalsByRate(good.map(({ vat }) => vat)) }
}

function readSold(line: Line): SoldLine | null {
  if (line.spoiled('descuento')) return null
  const quantity = parseDecimal(line.get('cantidad'))
  const price = parseDecimal(line.get('precio_unitario'))
  if (quantity === null || price === null) return null
  const gross = addedUp([multiplyToCents(quantity, price)], line, 'precio_unitario')
  if (gross === null) return null
  const discount = amountIn(line, 'descuento')
  if (discount > gross) {
    line.complain('descuento', complain('discount-larger', { expected: formatMoney(gross) }))
    return null
  }
  const days = [line.day('fecha_emision'), ...changedDay(line)]
  const vat = readVat(line, cents(gross - discount), days)
  return vat && { line, discount, vat }
}

/** A credit note gives back the rate that was charged. */
function changedDay(line: Line) {
  return line.has('fecha_modificado') ? [line.day('fecha_modificado')] : []
}

function amountsOf({ line, discount, vat }: SoldLine) {
  return {
    descripcion: line.get('descripcion'),
    cantidad: line.get('cantidad'),
    precioUnitario: line.get('precio_unitario'),
    descuento: printAmount(discount),
    precioTotalSinImpuesto: printAmount(vat.base),
    impuestos: [printTax(vat)],
  }
}

function detailOf(sold: SoldLine) {
  return { ...filled({ codigoPrincipal: sold.line.get('codigo') }), ...amountsOf(sold) }
}

function discountOf({ sold }: Sale): string {
  return printAmount(cents(sold.reduce((sum, { discount }) => sum + discount, 0)))
}

function paymentOf(first: Line, total: Cents) {
  const term = first.get('plazo_dias')
  const terms = term === '' ? {} : { plazo: term, unidadTiempo: 'dias' }
  return [{ formaPago: first.get('forma_pago'), total: printAmount(total), ...terms }]
}

/** Factura 1.1.0. */
export function draftInvoice(first: Line, lines: readonly Line[]): Drafted | null {
  const sale = readSale(first, lines)
  if (sale === null) return null
  const nobody = first.get('tipo_identificacion') === '07'
  if (nobody && sale.total > FINAL_CONSUMER_CENTS_MAX) {
    const facts = { expected: formatMoney(sale.total) }
    first.complain('identificacion', complain('final-consumer-limit', facts))
  }
  if (nobody && isFee(first)) first.complain('identificacion', complain('fee-unnamed'))
  const infoFactura = {
    fechaEmision: sriDate(first.get('fecha_emision')),
    ...buyerOf(first),
    ...filled({ direccionComprador: first.get('direccion') }),
    totalSinImpuestos: printAmount(sale.net),
    totalDescuento: discountOf(sale),
    totalConImpuestos: sale.totals.map(printTax),
    propina: '0.00',
    importeTotal: printAmount(sale.total),
    moneda: 'DOLAR',
    pagos: paymentOf(first, sale.total),
  }
  const content = {
    infoFactura,
    detalles: sale.sold.map(detailOf),
    ...additionalInfo(first, first.get('correo')),
  }
  return { document: { kind: 'invoice', version: '1.1.0', content }, totalCents: sale.total }
}

/** Whether the rows say that the bank charges for a service of its own. */
export function isFee(first: Line): boolean {
  return first.has('cobro_banco') && first.get('cobro_banco') === 'SI'
}

/** Liquidación de compra 1.1.0. */
export function draftSettlement(first: Line, lines: readonly Line[]): Drafted | null {
  const sale = readSale(first, lines)
  if (sale === null) return null
  const infoLiquidacionCompra = {
    fechaEmision: sriDate(first.get('fecha_emision')),
    tipoIdentificacionProveedor: first.get('tipo_identificacion'),
    razonSocialProveedor: first.get('razon_social'),
    identificacionProveedor: first.get('identificacion'),
    ...filled({ direccionProveedor: first.get('direccion') }),
    totalSinImpuestos: printAmount(sale.net),
    totalDescuento: discountOf(sale),
    totalConImpuestos: sale.totals.map(printTax),
    importeTotal: printAmount(sale.total),
    moneda: 'DOLAR',
    pagos: paymentOf(first, sale.total),
  }
  const content = {
    infoLiquidacionCompra,
    detalles: sale.sold.map(detailOf),
    ...additionalInfo(first, first.get('correo')),
  }
  const document = { kind: 'purchase-settlement', version: '1.1.0', content } as const
  return { document, totalCents: sale.total }
}

/** Nota de crédito 1.1.0. */
export function draftCreditNote(first: Line, lines: readonly Line[]): Drafted | null {
  const changed = changedOf(first)
  const sale = readSale(first, lines)
  if (sale === null) return null
  const infoNotaCredito = {
    fechaEmision: sriDate(first.get('fecha_emision')),
    ...buyerOf(first),
    ...changed,
    totalSinImpuestos: printAmount(sale.net),
    valorModificacion: printAmount(sale.total),
    moneda: 'DOLAR',
    totalConImpuestos: sale.totals.map(printTax).map(({ tarifa: _unknownHere, ...tax }) => tax),
    motivo: first.get('motivo'),
  }
  const detalles = sale.sold.map((sold) => ({
    ...filled({ codigoInterno: sold.line.get('codigo') }),
    ...amountsOf(sold),
  }))
  const content = { infoNotaCredito, detalles, ...additionalInfo(first, first.get('correo')) }
  return { document: { kind: 'credit-note', version: '1.1.0', content }, totalCents: sale.total }
}
