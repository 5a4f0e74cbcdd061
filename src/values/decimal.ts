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
  if (text.length > CHARACTERS_MAX) return null
  const match = DECIMAL.exec(text.trim())
  if (match === null) return null
  const [, sign, whole = '', fraction = ''] = match
  if (whole === '' && fraction === '') return null
  const places = fraction.replace(/0+$/, '')
  if (places.length > PLACES) return null
  const magnitude = BigInt(`${whole}${places.padEnd(PLACES, '0')}`)
  return (sign === '-' ? -magnitude : magnitude) as Decimal
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
  const magnitude = value < 0n ? -value : value
  const digits = magnitude.toString().padStart(PLACES + 1, '0')
  const whole = digits.slice(0, -PLACES)
  const fraction = digits.slice(-PLACES).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n)
  return dividend < 0n ? -rounded : rounded
}
