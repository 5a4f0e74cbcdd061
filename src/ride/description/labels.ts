import { supportDocumentLabel } from '../../sri/catalogues/catalogue-support.ts'
import { idTypes, ivaRate, paymentForms } from '../../sri/catalogues/catalogues.ts'

/** The words for the SRI's codes; a code that the tables lack is printed bare, never refused. */

export const paymentMethod = (code: string): string => paymentForms.get(code) ?? code

/** Empty for no code, so that nothing is said of a document that is not named. */
export const documentType = (code: string): string =>
  code === '' ? '' : supportDocumentLabel(code)

/** «Identificación» when the kind of number is not said. */
export const idKind = (code: string): string => idTypes.get(code) ?? 'Identificación'

const WITHHELD: ReadonlyMap<string, string> = new Map([
  ['1', 'Renta'],
  ['2', 'IVA'],
  ['4', 'IVA presuntivo y renta'],
  ['6', 'ISD'],
])
const CHARGED: ReadonlyMap<string, string> = new Map([
  ['2', 'IVA'],
  ['3', 'ICE'],
  ['5', 'IRBPNR'],
])

type TimeUnit = readonly [one: string, many: string]
const DAY: TimeUnit = ['día', 'días']
const MONTH: TimeUnit = ['mes', 'meses']
const YEAR: TimeUnit = ['año', 'años']

/** Units of time as issuers write them, without case nor accents. */
const TIME_UNITS: ReadonlyMap<string, TimeUnit> = new Map([
  ['dia', DAY],
  ['dias', DAY],
  ['mes', MONTH],
  ['meses', MONTH],
  ['ano', YEAR],
  ['anos', YEAR],
  ['anio', YEAR],
  ['anios', YEAR],
])

/**
 * The unit of a term of payment, spelt: «dias», «DÍAS» and «Dia» are one; a unit that nobody knows
 * is printed as it came. `length` is the printed number before it.
 */
export function timeUnit(printed: string, length: string): string {
  const plain = printed.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return TIME_UNITS.get(plain)?.[length === '1' ? 0 : 1] ?? printed
}

export const withheldTax = (code: string): string => WITHHELD.get(code) ?? code
export const taxName = (code: string): string => CHARGED.get(code) ?? code

/** What `codigoPorcentaje` meant, as a decimal text, when the document does not say its rate. */
export function vatRate(code: string): string | null {
  const basisPoints = ivaRate(code)?.basisPoints
  if (basisPoints === undefined || basisPoints === null) return null
  return `${Math.trunc(basisPoints / 100)}.${String(basisPoints % 100).padStart(2, '0')}`
}
