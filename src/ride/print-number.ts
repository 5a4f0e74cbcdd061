const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$|^([+-]?)\.(\d+)$/
const THOUSANDS = /\B(?=(\d{3})+$)/g

interface Decimal {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
}

function readDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text)
  if (match === null) return null
  const whole = (match[2] ?? '0').replace(/^0+(?=\d)/, '')
  return {
    negative: (match[1] ?? match[4]) === '-',
    whole,
    fraction: match[3] ?? match[5] ?? '',
  }
}

/** Half-up at `places`, on the digits themselves: no float ever sees an amount. */
function round(decimal: Decimal, places: number): Decimal {
  if (decimal.fraction.length <= places) return decimal
  const kept = decimal.whole + decimal.fraction.slice(0, places)
  const up = decimal.fraction.charCodeAt(places) >= 53
  const digits = (up ? String(BigInt(kept) + 1n) : kept).padStart(kept.length, '0')
  const cut = digits.length - places
  return { ...decimal, whole: digits.slice(0, cut), fraction: digits.slice(cut) }
}

function print(decimal: Decimal, placesMin: number): string {
  const whole = decimal.whole.replace(THOUSANDS, '.')
  const fraction = decimal.fraction.padEnd(placesMin, '0')
  const zero = !/[1-9]/.test(decimal.whole + decimal.fraction)
  return `${decimal.negative && !zero ? '−' : ''}${whole}${fraction === '' ? '' : `,${fraction}`}`
}

function withoutPadding(decimal: Decimal): Decimal {
  return { ...decimal, fraction: decimal.fraction.replace(/0+$/, '') }
}

/** `000000004.50` → `4,50`, `1234.5` → `1.234,50`; what is no number is printed as it came. */
export function printAmount(text: string): string {
  const decimal = readDecimal(text)
  return decimal === null ? text : print(round(decimal, 2), 2)
}

/** As `printAmount`, with the sign of the currency: `$64,40`. */
export function printMoney(text: string): string {
  const amount = printAmount(text)
  if (amount === text) return text
  return amount.startsWith('−') ? `−$${amount.slice(1)}` : `$${amount}`
}

/** `12.000000` → `12`, `4.170` → `4,17`: at most six places, none for show. */
export function printQuantity(text: string): string {
  const decimal = readDecimal(text)
  return decimal === null ? text : print(withoutPadding(round(decimal, 6)), 0)
}

/** A price has cents even when they are nothing: `48` → `48,00`, `2.142700` → `2,1427`. */
export function printPrice(text: string): string {
  const decimal = readDecimal(text)
  return decimal === null ? text : print(withoutPadding(round(decimal, 6)), 2)
}

/** `15.00` → `15 %`, `1.750` → `1,75 %`; the space does not break. */
export function printRate(text: string): string {
  return text === '' ? '' : `${printQuantity(text)}\u00a0%`
}

/** False for nothing, for `0.00` and for what is no number. */
export function hasValue(text: string): boolean {
  const decimal = readDecimal(text)
  return decimal !== null && /[1-9]/.test(decimal.whole + decimal.fraction)
}

/** The exact sum of what are numbers, as a plain decimal text: `['0.1','0.25']` → `0.35`. */
export function addDecimals(texts: readonly string[]): string {
  const decimals = texts.map(readDecimal).filter((decimal) => decimal !== null)
  const places = Math.max(0, ...decimals.map(({ fraction }) => fraction.length))
  let sum = 0n
  for (const { negative, whole, fraction } of decimals) {
    const units = BigInt(whole + fraction.padEnd(places, '0'))
    sum += negative ? -units : units
  }
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0')
  const cut = digits.length - places
  const sign = sum < 0n ? '-' : ''
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`
}
