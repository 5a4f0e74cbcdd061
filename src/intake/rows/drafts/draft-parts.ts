import { type IvaRate, isInForce, ivaRate } from '../../../sri/catalogues/catalogues.ts'
import { type Day, formatDay } from '../../../values/day.ts'
import { applyRate } from '../../../values/decimal.ts'
import {
  addUp,
  type Cents,
  cents,
  formatMoney,
  parseAmount,
  printAmount,
} from '../../../values/money.ts'
import { chargeableRates, ratesSaid } from '../cells/read-cell.ts'
import { type NamedText, pairsIn } from '../cells/read-text.ts'
import { complain } from '../fault.ts'
import type { Line } from './line.ts'

/** Twelve digits and two decimals: the room that the SRI gives an amount. */
const AMOUNT_CENTS_MAX = 99_999_999_999_999
/** Real issuers truncate where others round; of nothing there is nothing to round. */
const ROUNDING_CENTS = 1

/** Whether a printed tax is the exact one, give or take a cent. */
export function isRounded(printed: Cents, exact: Cents, rate: number): boolean {
  return Math.abs(printed - exact) <= (rate === 0 ? 0 : ROUNDING_CENTS)
}

/** The fields that say something. */
export function filled<Fields extends Record<string, string>>(fields: Fields): Partial<Fields> {
  const said: Partial<Fields> = {}
  for (const name in fields) if (fields[name] !== '') said[name] = fields[name]
  return said
}

/** An amount that the form of the cell has already passed; nothing is nothing. */
export function amountIn(line: Line, column: string): Cents {
  return parseAmount(line.get(column) || '0') ?? cents(0)
}

/** The sum, if the SRI has room for it; says otherwise at that column. */
export function addedUp(
  amounts: readonly (Cents | null)[],
  line: Line,
  column: string,
): Cents | null {
  const sum = addUp(amounts)
  if (sum !== null && sum <= AMOUNT_CENTS_MAX) return sum
  line.complain(column, complain('number-large'))
  return null
}

/** A tax charged on an amount. */
export interface ChargedVat {
  readonly rate: IvaRate
  readonly base: Cents
  readonly tax: Cents
}

/** Where a row says which tax was charged, and how much. */
interface VatColumns {
  readonly code: string
  readonly amount: string
}

const OWN_VAT: VatColumns = { code: 'codigo_iva', amount: 'valor_iva' }

/**
 * The tax of a line: its rate in force on one of the days, its amount as printed or, where none is
 * printed, exact. Null when something is wrong with it, which has then been said.
 */
export function readVat(
  line: Line,
  base: Cents,
  days: readonly Day[],
  columns: VatColumns = OWN_VAT,
): ChargedVat | null {
  const rate = ivaRate(line.get(columns.code))
  const known = days.includes('' as Day) ? days.filter((day) => day !== '') : days
  if (rate === null || known.length === 0 || line.spoiled(columns.amount)) return null
  if (!known.some((day) => isInForce(rate, day))) {
    line.complain(columns.code, complain('rate-not-valid', { expected: validitySaid(rate, known) }))
    return null
  }
  const basisPoints = rate.basisPoints ?? 0
  const exact = applyRate(base, basisPoints)
  if (exact === null) return null
  if (line.get(columns.amount) === '') return { rate, base, tax: exact }
  const tax = amountIn(line, columns.amount)
  if (isRounded(tax, exact, basisPoints)) return { rate, base, tax }
  const expected = `${rate.label} de ${formatMoney(base)} es ${formatMoney(exact)}`
  line.complain(columns.amount, complain('vat-mismatch', { expected }))
  return null
}

function validitySaid(rate: IvaRate, days: readonly Day[]): string {
  const since = rate.from === undefined ? '' : ` desde el ${formatDay(rate.from)}`
  const until = rate.to === undefined ? '' : ` hasta el ${formatDay(rate.to)}`
  const valid = chargeableRates.filter((one) => days.some((day) => isInForce(one, day)))
  return `El ${rate.label} rige${since}${until}. Para esa fecha usa ${ratesSaid(valid)}`
}

/** As documents print a rate: `15`; what has none goes with 0. */
export function printRate(rate: IvaRate): string {
  return String((rate.basisPoints ?? 0) / 100)
}

/** Adds up by rate, in the order in which the rates appear. */
export function totalsByRate(charges: readonly ChargedVat[]): ChargedVat[] {
  if (charges.length === 1) return [...charges]
  return [...Map.groupBy(charges, ({ rate }) => rate)].map(([rate, same]) => ({
    rate,
    base: addUp(same.map(({ base }) => base)) ?? cents(0),
    tax: addUp(same.map(({ tax }) => tax)) ?? cents(0),
  }))
}

export function printTax({ rate, base, tax }: ChargedVat) {
  return {
    codigo: '2',
    codigoPorcentaje: rate.code,
    tarifa: printRate(rate),
    baseImponible: printAmount(base),
    valor: printAmount(tax),
  }
}

/** A total that the rows print has to be the one that they add up to. */
export function checkTotal(line: Line, total: Cents): void {
  if (line.get('total') === '' || amountIn(line, 'total') === total) return
  line.complain('total', complain('total-mismatch', { expected: formatMoney(total) }))
}

/** The additional information that is asked for, and where the receipt is mailed. */
export function additionalInfo(line: Line, email: string): { infoAdicional?: NamedText[] } {
  const fields = pairsIn(line.get('informacion_adicional'))
  // Printed with the rest; where alerts go is what the customer registered.
  if (email !== '') fields.unshift({ nombre: 'Email', valor: email })
  return fields.length === 0 ? {} : { infoAdicional: fields }
}

/** The buyer, as three of the six kinds print it. */
export function buyerOf(line: Line) {
  return {
    tipoIdentificacionComprador: line.get('tipo_identificacion'),
    razonSocialComprador: line.get('razon_social'),
    identificacionComprador: line.get('identificacion'),
  }
}

/** The document that a note changes, not later than the note. */
export function changedOf(line: Line) {
  checkOrder(line, 'fecha_modificado')
  return {
    codDocModificado: line.get('tipo_modificado'),
    numDocModificado: line.get('numero_modificado'),
    fechaEmisionDocSustento: sriDate(line.get('fecha_modificado')),
  }
}

/** What a receipt rests on cannot be later than itself. */
export function checkOrder(line: Line, column: string): void {
  const [earlier, issuedOn] = [line.get(column), line.get('fecha_emision')]
  if (earlier === '' || issuedOn === '' || earlier <= issuedOn) return
  line.complain(
    column,
    complain('dates-reversed', { expected: 'igual o anterior a la de emisión' }),
  )
}

/** `2026-11-16` as documents print it; nothing stays nothing. */
export function sriDate(day: string): string {
  return day === '' ? '' : `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}
