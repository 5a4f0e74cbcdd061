import Type from 'typebox'
import type { FigureStep } from '../../figures/figure-store.ts'
import type { Day, DayRange } from '../../values/day.ts'
import { addDays, daysBetween, firstOfMonth, formatDay, rangeOf } from '../../values/day.ts'
import { holidaysOf } from '../../values/holidays.ts'

/** The periods of the panel, as its address says them and as people read them. */
export const PERIODS = {
  '21-dias': 'Últimos 21 días',
  'este-mes': 'Este mes',
  'mes-anterior': 'Mes anterior',
  'este-ano': 'Este año',
} as const

export type Period = keyof typeof PERIODS

/** An address of somebody else's making falls back to the usual period. */
export const PeriodQuery = Type.Object({ periodo: Type.String({ maxLength: 20, default: '' }) })

export function periodOf(text: string): Period {
  return Object.hasOwn(PERIODS, text) ? (text as Period) : '21-dias'
}

/** The days of a period, a year's month by month, and as many days before them. */
export interface Stretch {
  readonly days: DayRange
  readonly before: DayRange
  readonly step: FigureStep
}

export function stretchOf(period: Period, today: Day): Stretch {
  const days =
    period === '21-dias' ? { from: addDays(today, -20), to: today } : rangeOf(period, today)
  const count = daysBetween(days.from, days.to) + 1
  const before = { from: addDays(days.from, -count), to: addDays(days.from, -1) }
  return { days, before, step: period === 'este-ano' ? 'month' : 'day' }
}

/** A place on the axis of time. */
export interface Slot {
  /** `2026-11-16`, or `2026-11`. */
  readonly at: string
  /** «16 nov 2026», «nov 2026». */
  readonly label: string
  /** «16 nov», «nov». */
  readonly short: string
  /** What the country rests for on that day; null on others, and for months. */
  readonly holiday: string | null
}

export function slotsOf({ days, step }: Pick<Stretch, 'days' | 'step'>): Slot[] {
  const slots: Slot[] = []
  if (step === 'month') {
    for (let month = firstOfMonth(days.from); month <= days.to; month = firstOfMonth(month, 1)) {
      const label = formatDay(month).slice(2)
      slots.push({ at: month.slice(0, 7), label, short: label.slice(0, -5), holiday: null })
    }
    return slots
  }
  const years = [days.from, days.to].map((day) => Number(day.slice(0, 4)))
  const holidays = new Map([...new Set(years)].flatMap((year) => [...holidaysOf(year)]))
  for (let day = days.from; day <= days.to; day = addDays(day, 1)) {
    const label = formatDay(day)
    const holiday = holidays.get(day) ?? null
    slots.push({ at: day, label, short: label.slice(0, -5), holiday })
  }
  return slots
}
