/** A calendar day of America/Guayaquil, `2026-11-16`: sorts and compares as text. */
export type Day = string & { readonly name: 'day' }

/** Ecuador has kept UTC−5 without daylight saving since February 1993. */
export const GUAYAQUIL_OFFSET = '-05:00'
const OFFSET_MILLISECONDS = -5 * 60 * 60 * 1000
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

const MONTHS = 'ene feb mar abr may jun jul ago sep oct nov dic'.split(' ')

/** The day that calendars in Guayaquil show at that instant. */
export function dayOf(date: Date): Day {
  return wallClock(date).slice(0, 10) as Day
}

/** Reads `2026-11-16`, `16/11/2026`, `16-11-26`; null when it is no day of the calendar. */
export function parseDay(text: string): Day | null {
  const bare = text.trim()
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(bare)
  if (iso !== null) return dayFrom(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(bare)
  if (local === null) return null
  const year = Number(local[3])
  return dayFrom(year < 100 ? 2000 + year : year, Number(local[2]), Number(local[1]))
}

/** Reads the one shape that SRI documents use, `dd/mm/yyyy`; null for 31/02 and the like. */
export function parseSriDate(text: string): Day | null {
  if (text.length !== 10 || text[2] !== '/' || text[5] !== '/') return null
  const year = wholeNumber(text.slice(6))
  const month = wholeNumber(text.slice(3, 5))
  const day = wholeNumber(text.slice(0, 2))
  return year === null || month === null || day === null ? null : dayFrom(year, month, day)
}

/** Prints a day as SRI documents want it, `16/11/2026`. */
export function printSriDate(day: Day): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}

/** The day of those numbers, month from 1; null when the calendar has no such day. */
export function dayFrom(year: number, month: number, day: number): Day | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as Day
}

/** The instant at which a day begins in Guayaquil. */
export function startOf(day: Day): Date {
  return new Date(`${day}T00:00:00.000${GUAYAQUIL_OFFSET}`)
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY_MILLISECONDS).toISOString().slice(0, 10) as Day
}

/** Whole days from the first to the second; negative when the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS)
}

/** The first of the month that lies so many months away: 0 is this month, −1 the one before. */
export function firstOfMonth(day: Day, monthsAway = 0): Day {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + monthsAway
  return `${pad(Math.floor(months / 12), 4)}-${pad((months % 12) + 1, 2)}-01` as Day
}

/** For people: `16 nov 2026`. */
export function formatDay(day: Day): string {
  const month = MONTHS[Number(day.slice(5, 7)) - 1] ?? ''
  return `${Number(day.slice(8, 10))} ${month} ${day.slice(0, 4)}`
}

/** The time of day in Guayaquil, `18:09`. */
export function formatTime(date: Date): string {
  return wallClock(date).slice(11, 16)
}

/** `16 nov 2026, 18:09` */
export function formatDateTime(date: Date): string {
  return `${formatDay(dayOf(date))}, ${formatTime(date)}`
}

/** To the second, as the SRI and the logs say it: `16 nov 2026, 18:09:03`. */
export function formatInstant(date: Date): string {
  return `${formatDay(dayOf(date))}, ${wallClock(date).slice(11, 19)}`
}

let longDay: Intl.DateTimeFormat | undefined

/** `lunes, 16 de noviembre de 2026` */
export function formatLongDay(day: Day): string {
  // Made when it is first needed: it takes longer than all the rest of a thread's start.
  longDay ??= new Intl.DateTimeFormat('es-EC', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return longDay.format(new Date(`${day}T12:00:00Z`))
}

/** ISO 8601 with the hour that clocks in Guayaquil show: `2026-11-16T18:09:03-05:00`. */
export function guayaquilIso(date: Date): string {
  return `${wallClock(date).slice(0, 19)}${GUAYAQUIL_OFFSET}`
}

/** ISO 8601 whose digits are those of Guayaquil; its `Z` is not. */
function wallClock(date: Date): string {
  return new Date(date.getTime() + OFFSET_MILLISECONDS).toISOString()
}

export const periodPresets = [
  'este-mes',
  'mes-anterior',
  '3-meses',
  'este-ano',
  'ano-anterior',
] as const
export type PeriodPreset = (typeof periodPresets)[number]

/** First and last day, both included. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
}

/** The days of a preset; a running period ends today, `3-meses` is this month and the two before. */
export function rangeOf(preset: PeriodPreset, today: Day): DayRange {
  const yearStart = `${today.slice(0, 4)}-01-01` as Day
  switch (preset) {
    case 'este-mes':
      return { from: firstOfMonth(today), to: today }
    case 'mes-anterior':
      return { from: firstOfMonth(today, -1), to: addDays(firstOfMonth(today), -1) }
    case '3-meses':
      return { from: firstOfMonth(today, -2), to: today }
    case 'este-ano':
      return { from: yearStart, to: today }
    case 'ano-anterior':
      return { from: firstOfMonth(yearStart, -12), to: addDays(yearStart, -1) }
  }
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function wholeNumber(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
