import type { Day } from '../values/day.ts'

/**
 * How often something happened in the whole bank on a day, and the money of it. Its name says what:
 * `receipts.invoice.authorized`, `mail.sent`, `audit.login.signed-in`; whoever keeps a figure makes
 * its names.
 */
export interface Figure {
  readonly name: string
  readonly day: Day
  readonly value: number
  /** Whole cents; 0 where there is no money in it. */
  readonly cents: number
}

/** Figures added up by name and day. */
export class FigureSums {
  readonly #sums = new Map<string, Figure>()

  constructor(figures: readonly Figure[] = []) {
    for (const figure of figures) this.add(figure)
  }

  add(figure: Figure): void {
    const key = `${figure.name} ${figure.day}`
    const sum = this.#sums.get(key) ?? { ...figure, value: 0, cents: 0 }
    const [value, cents] = [sum.value + figure.value, sum.cents + figure.cents]
    this.#sums.set(key, { ...sum, value, cents })
  }

  /** Those that are not nothing, always in the same order. */
  all(): Figure[] {
    const sums = [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
    return sums.filter(({ value, cents }) => value !== 0 || cents !== 0)
  }
}
