import type { Day } from './day.ts'
import { addDays, dayFrom } from './day.ts'

/** Month and day of the national holidays that have a date; carnival and Good Friday follow Easter. */
const DATED: readonly (readonly [month: number, day: number, name: string])[] = [
  [1, 1, 'Año Nuevo'],
  [5, 1, 'Día del Trabajo'],
  [5, 24, 'Batalla de Pichincha'],
  [8, 10, 'Primer Grito de Independencia'],
  [10, 9, 'Independencia de Guayaquil'],
  [11, 2, 'Día de los Difuntos'],
  [11, 3, 'Independencia de Cuenca'],
  [12, 25, 'Navidad'],
]

const NEVER_MOVED = new Set(['Año Nuevo', 'Navidad'])

/**
 * The national days of rest of a year, by day, moved as the labour code says (article 65 and the one
 * that follows it, reformed in 2016): to Monday or Friday, so that they adjoin a weekend. Those of one
 * canton only, like the 6th of December in Quito or the 25th of July in Guayaquil, are not among them:
 * the SRI's terms are the same for the whole country, and who takes a day for a working one that is
 * none is a day early and never late.
 */
export function holidaysOf(year: number): Map<Day, string> {
  const easter = easterOf(year)
  const found = new Map<Day, string>([
    [addDays(easter, -48), 'Carnaval'],
    [addDays(easter, -47), 'Carnaval'],
    [addDays(easter, -2), 'Viernes Santo'],
  ])
  for (const [month, date, name] of DATED) {
    const day = dayFrom(year, month, date)
    if (day !== null) found.set(addDays(day, NEVER_MOVED.has(name) ? 0 : moveOf(day, month)), name)
  }
  return found
}

/** 0 is Sunday. */
function weekdayOf(day: Day): number {
  return new Date(`${day}T12:00:00.000Z`).getUTCDay()
}

/** How many days away a holiday is kept, by the weekday it falls on, from Sunday on. */
const MOVES = [1, 0, -1, 2, 1, 0, -1]
/** The same for the first and the second of two on end, by the weekday of the first. */
const MOVES_OF_TWO = [
  [1, 1],
  [0, 0],
  [-1, -1],
  [1, 1],
  [0, 0],
  [-1, -1],
  [-1, 1],
] as const

/** Only the two of November are on end. */
function moveOf(day: Day, month: number): number {
  const weekday = weekdayOf(day)
  if (month !== 11) return MOVES[weekday] ?? 0
  const second = day.endsWith('-03')
  const first = second ? (weekday + 6) % 7 : weekday
  return MOVES_OF_TWO[first]?.[second ? 1 : 0] ?? 0
}

/** Easter Sunday of the Gregorian calendar, by the rule of Butcher. */
function easterOf(year: number): Day {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const rest = year % 100
  const skipped = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const moon = (19 * golden + century - Math.floor(century / 4) - skipped + 15) % 30
  const leap = 2 * (century % 4) + 2 * Math.floor(rest / 4)
  const sunday = (32 + leap - moon - (rest % 4)) % 7
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451)
  const sum = moon + sunday - 7 * late + 114
  return dayFrom(year, Math.floor(sum / 31), (sum % 31) + 1) as Day
}

/** Neither a weekend nor a national day of rest. */
function isWorkingDay(day: Day): boolean {
  const weekday = weekdayOf(day)
  return weekday !== 0 && weekday !== 6 && !holidaysOf(Number(day.slice(0, 4))).has(day)
}

/** That day, or the next one on which people work. */
export function workingDayFrom(day: Day): Day {
  return isWorkingDay(day) ? day : workingDayFrom(addDays(day, 1))
}

/** So many working days later, the day itself not counted. */
export function addWorkingDays(day: Day, count: number): Day {
  let at = day
  for (let left = count; left > 0; left -= 1) at = workingDayFrom(addDays(at, 1))
  return at
}
