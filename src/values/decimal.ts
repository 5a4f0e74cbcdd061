import { type Cents, cents } from './money.ts'

/**
 * An exact decimal with up to six places, kept as whole millionths: the precision the SRI allows
 * for quantities and unit prices.
 */
export type Decimal = bigint & { readonly name: 'millionths' }

const PLACES = 6
const SCALE = 1_000_000n
const PER_CENT = 10_000n
/** No honest amount is longer; a hostile one costs nothing. */
const CHARACTERS_MAX = 64
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/

/**
 * Reads a decimal such as `36.4400` or `000000004.50`.
 *
 * @returns null when the text is no decimal or says more than six places.
 */
export function parseDecimal(text: string): Decimal | null {
  const parts = partsOf(text)
  const places = parts?.fraction.replace(/0+$/, '') ?? ''
  if (parts === null || places.length > PLACES) return null
  return unitsOf({ ...parts, fraction: places.padEnd(PLACES, '0') }) as Decimal
}

interface Parts {
  negative: boolean
  whole: string
  fraction: string
}

function partsOf(text: string): Parts | null {
  if (text.length > CHARACTERS_MAX) return null
  const match = DECIMAL.exec(text.trim())
  if (match === null) return null
  const [, sign, whole = '', fraction = ''] = match
  return whole === '' && fraction === '' ? null : { negative: sign === '-', whole, fraction }
}

function unitsOf({ negative, whole, fraction }: Parts): bigint {
  const magnitude = BigInt(`${whole}${fraction}`)
  return negative ? -magnitude : magnitude
}

/** A number exactly as a document prints it, with as many places as it has: 12.50 is 1250 and 2. */
export interface Printed {
  readonly units: bigint
  readonly places: number
}

/** Reads a number whatever its places. Null when the text is none. */
export function parsePrinted(text: string): Printed | null {
  const parts = partsOf(text)
  return parts && { units: unitsOf(parts), places: parts.fraction.length }
}

/** Half up, away from zero; a number with fewer places stays as it is. */
export function roundPrinted(value: Printed, places: number): Printed {
  if (value.places <= places) return value
  return { units: divideHalfUp(value.units, 10n ** BigInt(value.places - places)), places }
}

/** The exact sum, with the places of the longest; of nothing it is 0. */
export function addPrinted(values: readonly Printed[]): Printed {
  const places = Math.max(0, ...values.map((value) => value.places))
  const units = values.map((value) => value.units * 10n ** BigInt(places - value.places))
  return { units: units.reduce((sum, one) => sum + one, 0n), places }
}

/** All its places, padding too: `-12.50`. */
export function formatPrinted({ units, places }: Printed): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const sign = units < 0n ? '-' : ''
  return places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(whole.length)}`
}

export function decimalOfCents(amount: Cents): Decimal {
  return (BigInt(amount) * PER_CENT) as Decimal
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  return (left + right) as Decimal
}

/** Multiplies exactly and rounds half up, away from zero, to six places. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return divideHalfUp(left * right, SCALE) as Decimal
}

/**
 * The product rounded once, half up, to the cent: rounding twice would move half cents. Null
 * beyond what an integer holds exactly, here and in the two below.
 */
export function multiplyToCents(left: Decimal, right: Decimal): Cents | null {
  return safeCents(divideHalfUp(left * right, SCALE * PER_CENT))
}

/** A base times a rate in basis points (1500 is 15 %), half up to the cent. */
export function applyRate(base: Cents, basisPoints: number): Cents | null {
  return safeCents(divideHalfUp(BigInt(base) * BigInt(basisPoints), 10_000n))
}

/** Rounds half up to the cent. */
export function decimalToCents(value: Decimal): Cents | null {
  return safeCents(divideHalfUp(value, PER_CENT))
}

function safeCents(value: bigint): Cents | null {
  const amount = Number(value)
  return Number.isSafeInteger(amount) ? cents(amount) : null
}

/** Prints without padding: `1.5`, `12`, `-0.000001`. */
export function formatDecimal(value: Decimal): string {
  return formatPrinted({ units: value, places: PLACES }).replace(/\.?0+$/, '')
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n)
  return dividend < 0n ? -rounded : rounded
}
