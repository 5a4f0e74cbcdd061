import { dayOf, formatDay } from '../../values/day.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/** How one thing stands: what was measured, and what to do about it when it is not as it should be. */
export interface Reading {
  readonly name: string
  /** Empty for what is neither good nor bad. */
  readonly tone: 'ok' | 'espera' | 'mal' | ''
  readonly value: string
  readonly advice: string
}

/** How many whole days are left until a certificate ends, and that in words. */
export function expiryOf(end: Date, now: Date): { days: number; words: string } {
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS)
  const day = formatDay(dayOf(end))
  if (days < 0) return { days, words: `Venció el ${day}` }
  return { days, words: `Vence en ${days === 1 ? '1 día' : `${days} días`}, el ${day}` }
}

/** A reading by limits: well below the first, bad from the second on. */
export function toneBetween(
  value: number,
  [wait, bad]: readonly [number, number],
): Reading['tone'] {
  if (value >= bad) return 'mal'
  return value >= wait ? 'espera' : 'ok'
}
