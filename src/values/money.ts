import { groupThousands } from './count.ts'

/** Whole cents of a US dollar, the currency of Ecuador: always a safe integer, never a float. */
export type Cents = number & { readonly name: 'cents' }

const CENTS_MAX = Number.MAX_SAFE_INTEGER
/** No honest amount is longer; a hostile one costs nothing. */
const CHARACTERS_MAX = 64

/** Takes a number that is known to be whole cents; anything else is a mistake of the caller. */
export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a whole number of cents: ${value}`)
  return (value === 0 ? 0 : value) as Cents
}

/** Adds amounts up; null when one is missing or the sum is beyond what an integer holds exactly. */
export function addUp(amounts: readonly (Cents | null)[]): Cents | null {
  let sum = 0
  for (const amount of amounts) {
    if (amount === null) return null
    sum += amount
    if (!Number.isSafeInteger(sum)) return null
  }
  return cents(sum)
}

/**
 * Reads a decimal as XML documents print it (`000000004.50`, `4.3`, `36.4400`, `706.00000`) and
 * rounds half up to the cent, away from zero.
 *
 * @returns null when the text is not a decimal, or has more cents than a safe integer holds.
 */
export function parseAmount(text: string): Cents | null {
  const bare = text.trim()
  if (bare.length > CHARACTERS_MAX) return null
  const negative = bare.charCodeAt(0) === MINUS
  let [value, digits, places, roundsUp] = [0, 0, NO_POINT, false]
  for (let at = negative || bare.charCodeAt(0) === PLUS ? 1 : 0; at < bare.length; at += 1) {
    const digit = bare.charCodeAt(at) - ZERO
    if (digit === POINT - ZERO && places === NO_POINT) {
      places = 0
      continue
    }
    if (digit < 0 || digit > 9) return null
    digits += 1
    if (places < 2) value = value * 10 + digit
    else if (places === 2) roundsUp = digit >= 5
    if (places !== NO_POINT) places += 1
  }
  if (digits === 0) return null
  const magnitude = value * (places <= 0 ? 100 : places === 1 ? 10 : 1) + (roundsUp ? 1 : 0)
  if (magnitude > CENTS_MAX) return null
  return cents(negative ? -magnitude : magnitude)
}

const [PLUS, MINUS, POINT, ZERO] = [43, 45, 46, 48]
const NO_POINT = -1

/** Prints cents for people in Ecuador: `$1.234,50`, and `−$0,41` below zero. */
export function formatMoney(amount: Cents): string {
  const magnitude = Math.abs(amount)
  const dollars = groupThousands(String(Math.trunc(magnitude / 100)))
  const rest = String(magnitude % 100).padStart(2, '0')
  return `${amount < 0 ? '−' : ''}$${dollars},${rest}`
}

/** Prints cents as SRI documents want them: `1234.50`. */
export function printAmount(amount: Cents): string {
  const magnitude = Math.abs(amount)
  const rest = String(magnitude % 100).padStart(2, '0')
  return `${amount < 0 ? '-' : ''}${Math.trunc(magnitude / 100)}.${rest}`
}

/** What a person typed as an amount; `ambiguous` comes with both readings, to ask which was meant. */
export type TypedAmount =
  | { readonly ok: true; readonly cents: Cents }
  | { readonly ok: false; readonly reason: 'invalid' }
  | {
      readonly ok: false
      readonly reason: 'ambiguous'
      readonly asThousands: Cents
      readonly asDecimal: Cents
    }

/**
 * Reads an amount typed by a person: `1234,5`, `1234.50`, `1.234,50`, `$ 1,234.50`. The last
 * separator followed by one or two digits is the decimal one. `1.234` could be either, so it is
 * refused with both readings rather than guessed.
 */
export function readTypedAmount(text: string): TypedAmount {
  const bare = text.replaceAll(/[\s\u00a0$]/g, '').replace('−', '-')
  const match = /^(-?)(\d[\d.,]*)$/.exec(bare)
  const digits = match?.[2]
  if (match === null || digits === undefined) return { ok: false, reason: 'invalid' }
  const sign = match[1] ?? ''
  const lone = /^(\d{1,3})[.,](\d{3})$/.exec(digits)
  if (lone !== null && !digits.startsWith('0')) return ambiguous(sign, lone[1] ?? '', lone[2] ?? '')
  const amount = parseAmount(`${sign}${withPoint(digits) ?? 'x'}`)
  return amount === null ? { ok: false, reason: 'invalid' } : { ok: true, cents: amount }
}

function ambiguous(sign: string, head: string, tail: string): TypedAmount {
  const asThousands = parseAmount(`${sign}${head}${tail}`)
  const asDecimal = parseAmount(`${sign}${head}.${tail}`)
  if (asThousands === null || asDecimal === null) return { ok: false, reason: 'invalid' }
  return { ok: false, reason: 'ambiguous', asThousands, asDecimal }
}

/** Finds the decimal separator and drops well-placed thousands; null when they are misplaced. */
function withPoint(digits: string): string | null {
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(digits)
  const whole = decimal?.[1] ?? digits
  const separator = decimal === null ? '' : (digits.at((decimal[1] ?? '').length) ?? '')
  if (/^\d+$/.test(whole)) return decimal === null ? whole : `${whole}.${decimal[2]}`
  const thousands = whole.includes('.') ? '.' : ','
  if (thousands === separator) return null
  const groups = whole.split(thousands)
  const placed = groups.every((group, at) =>
    at === 0 ? /^[1-9]\d{0,2}$/.test(group) : /^\d{3}$/.test(group),
  )
  if (!placed) return null
  return decimal === null ? groups.join('') : `${groups.join('')}.${decimal[2]}`
}
