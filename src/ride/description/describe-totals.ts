import type { Total } from '../sheet.ts'
import type { Group } from './fields.ts'
import { list, text } from './fields.ts'
import { taxName, vatRate } from './labels.ts'
import {
  addDecimals,
  hasValue,
  printAmount,
  printMoney,
  printQuantity,
  printRate,
} from './print-number.ts'

const VAT = '2'
const EXCISE = '3'
const BOTTLES = '5'

interface VatGroup {
  /** `15`, or the name of what has no rate. */
  readonly rate: string
  readonly bases: string[]
  readonly amounts: string[]
}

const WITHOUT_RATE: Readonly<Record<string, string>> = { '6': 'no objeto', '7': 'exento' }

/** The totals may omit the rate; then a line with the same code says it, and at last the table. */
function rateOf(total: Group, lineTaxes: readonly Group[]): string {
  // Some issuers pad the code: «0000».
  const code = text(total, 'codigoPorcentaje').replace(/^0+(?=\d)/, '')
  const without = WITHOUT_RATE[code]
  if (without !== undefined) return without
  if (code === '0') return '0'
  const line = lineTaxes.find(
    (tax) =>
      text(tax, 'codigo') === VAT &&
      text(tax, 'codigoPorcentaje') === text(total, 'codigoPorcentaje'),
  )
  const rate = text(total, 'tarifa') || (line === undefined ? '' : text(line, 'tarifa'))
  return printQuantity(rate || vatRate(code) || `código ${code}`)
}

/** The VAT of the document by rate; entries that repeat a rate are put together. */
function vatGroups(totals: readonly Group[], lineTaxes: readonly Group[]): readonly VatGroup[] {
  const groups = new Map<string, VatGroup>()
  for (const total of totals) {
    if (text(total, 'codigo') !== VAT) continue
    const rate = rateOf(total, lineTaxes)
    const known = groups.get(rate) ?? { rate, bases: [], amounts: [] }
    known.bases.push(text(total, 'baseImponible'))
    known.amounts.push(text(total, 'valor'))
    groups.set(rate, known)
  }
  return [...groups.values()].sort((a, b) => rank(a.rate) - rank(b.rate))
}

/** Highest rate first, then 0 %, what is not subject and what is exempt. */
function rank(rate: string): number {
  const last = ['0', 'no objeto', 'exento'].indexOf(rate)
  if (last >= 0) return 1000 + last
  const number = Number(rate.replace(',', '.'))
  return Number.isNaN(number) ? 900 : -number
}

function subtotalLabel(rate: string): string {
  if (rate === 'no objeto') return 'Subtotal no objeto de IVA'
  if (rate === 'exento') return 'Subtotal exento de IVA'
  return `Subtotal ${rateWords(rate)}`
}

const rateWords = (rate: string): string =>
  rate.startsWith('código') ? `IVA ${rate}` : `${rate}\u00a0%`

function sumOf(totals: readonly Group[], code: string, field: string): string {
  return addDecimals(
    totals.filter((total) => text(total, 'codigo') === code).map((total) => text(total, field)),
  )
}

/** A line of the totals, or none when there is nothing to say. */
function total(label: string, value: string): readonly Total[] {
  return hasValue(value) ? [{ label, value: printAmount(value), strong: false }] : []
}

/** The one that counts, printed even when it is nothing; left out only when it is absent. */
export function grandTotal(label: string, value: string): readonly Total[] {
  return value === '' ? [] : [{ label, value: printMoney(value), strong: true }]
}

/** Printed when the document says it, were it zero. */
function stated(label: string, value: string): readonly Total[] {
  return value === '' ? [] : [{ label, value: printAmount(value), strong: false }]
}

/**
 * The bases and the taxes of a document, in the order of Anexo 2.
 * @param taxes the entries of totalConImpuestos, or of impuestos in a nota de débito
 * @param lineTaxes the taxes of the lines, where a rate may be found that the totals omit
 */
export function taxTotals(
  info: Group,
  taxes: readonly Group[],
  lineTaxes: readonly Group[],
): readonly Total[] {
  const groups = vatGroups(taxes, lineTaxes)
  const others = new Set(taxes.map((tax) => text(tax, 'codigo')))
  for (const known of [VAT, EXCISE, BOTTLES, '']) others.delete(known)
  return [
    ...groups.flatMap(({ rate, bases }) => total(subtotalLabel(rate), addDecimals(bases))),
    ...stated('Subtotal sin impuestos', text(info, 'totalSinImpuestos')),
    ...stated('Total descuento', text(info, 'totalDescuento')),
    ...taxes.flatMap((tax) => total('Descuento adicional', text(tax, 'descuentoAdicional'))),
    ...total('ICE', sumOf(taxes, EXCISE, 'valor')),
    ...groups.flatMap(({ rate, amounts }) =>
      total(`IVA ${rate.startsWith('código') ? rate : rateWords(rate)}`, addDecimals(amounts)),
    ),
    ...total('Total devolución IVA', sumOf(taxes, VAT, 'valorDevolucionIva')),
    ...total('IRBPNR', sumOf(taxes, BOTTLES, 'valor')),
    ...[...others].flatMap((code) =>
      total(`Impuesto ${taxName(code)}`, sumOf(taxes, code, 'valor')),
    ),
    ...list(info, 'compensaciones').flatMap((relief) =>
      total(`Compensación ${printRate(text(relief, 'tarifa'))}`, text(relief, 'valor')),
    ),
  ]
}

/** The fuel stations' lines: what it would have cost, and what the State paid. */
function subsidyTotals(info: Group, importeTotal: string): readonly Total[] {
  const saved = text(info, 'totalSubsidio')
  if (!hasValue(saved)) return []
  return [
    ...total('Valor total sin subsidio', addDecimals([importeTotal, saved])),
    ...total('Ahorro por subsidio', saved),
  ]
}

/** The block of totals of a factura, a liquidación or a nota de crédito. */
export function saleTotals(info: Group, content: Group, amount: string): readonly Total[] {
  const lineTaxes = list(content, 'detalles').flatMap((line) => list(line, 'impuestos'))
  return [
    ...taxTotals(info, list(info, 'totalConImpuestos'), lineTaxes),
    ...total('Flete internacional', text(info, 'fleteInternacional')),
    ...total('Seguro internacional', text(info, 'seguroInternacional')),
    ...total('Gastos aduaneros', text(info, 'gastosAduaneros')),
    ...total('Otros gastos de transporte', text(info, 'gastosTransporteOtros')),
    ...total('Propina', text(info, 'propina')),
    ...grandTotal('Valor total', amount),
    ...subsidyTotals(info, amount),
    ...total('Retención de IVA presuntivo', text(info, 'valorRetIva')),
    ...total('Retención de renta', text(info, 'valorRetRenta')),
  ]
}
