import { groupThousands } from '../../values/count.ts'
import type { Printed } from '../../values/decimal.ts'
import { addPrinted, formatPrinted, parsePrinted, roundPrinted } from '../../values/decimal.ts'

function print(value: Printed, placesMin: number): string {
  const [whole = '', fraction = ''] = formatPrinted(value).replace('-', '').split('.')
  const places = fraction.padEnd(placesMin, '0')
  const sign = value.units < 0n ? '−' : ''
  return `${sign}${groupThousands(whole)}${places === '' ? '' : `,${places}`}`
}

function printExactly(text: string, placesMin: number): string {
  const value = parsePrinted(text)
  return value === null ? text : print(withoutPadding(roundPrinted(value, 6)), placesMin)
}

function withoutPadding({ units, places }: Printed): Printed {
  const padding = /0*$/.exec(String(units))?.[0].length ?? 0
  const idle = units === 0n ? places : Math.min(padding, places)
  return { units: units / 10n ** BigInt(idle), places: places - idle }
}

/** `000000004.50` → `4,50`, `1234.5` → `1.234,50`; what is no number is printed as it came. */
export function printAmount(text: string): string {
  const value = parsePrinted(text)
  return value === null ? text : print(roundPrinted(value, 2), 2)
}

/** As `printAmount`, with the sign of the currency: `$64,40`. */
export function printMoney(text: string): string {
  const amount = printAmount(text)
  if (amount === text) return text
  return amount.startsWith('−') ? `−$${amount.slice(1)}` : `$${amount}`
}

/** `12.000000` → `12`, `4.170` → `4,17`: at most six places, none for show. */
export function printQuantity(text: string): string {
  return printExactly(text, 0)
}

/** A price has cents even when they are nothing: `48` → `48,00`, `2.142700` → `2,1427`. */
export function printPrice(text: string): string {
  return printExactly(text, 2)
}

/** `15.00` → `15 %`, `1.750` → `1,75 %`; the space does not break. */
export function printRate(text: string): string {
  return text === '' ? '' : `${printQuantity(text)}\u00a0%`
}

/** False for nothing, for `0.00` and for what is no number. */
export function hasValue(text: string): boolean {
  return (parsePrinted(text)?.units ?? 0n) !== 0n
}

/** The exact sum of what are numbers, as a plain decimal text: `['0.1','0.25']` → `0.35`. */
export function addDecimals(texts: readonly string[]): string {
  return formatPrinted(addPrinted(texts.map(parsePrinted).filter((value) => value !== null)))
}
