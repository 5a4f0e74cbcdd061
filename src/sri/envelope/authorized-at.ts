import { dayFrom, GUAYAQUIL_OFFSET } from '../../values/day.ts'

const ISO =
  /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(\.\d{1,9})?(?: ?(Z|[+-]\d{2}:?\d{2}))?$/
const LOCAL =
  /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])\.? ?m\.?)?$/i
const EPOCH = /^\d{10}(?:\d{3})?$/
const OFFSET_MILLISECONDS = -5 * 60 * 60 * 1000

/**
 * Reads the moment of authorisation in each shape in which it has been seen:
 * `2025-05-28T10:18:34-05:00`, with milliseconds, with a blank instead of the T and no offset,
 * `25/09/2025 17:52:29` (also `5/9/2025 9:05`), and seconds or milliseconds since 1970. A day
 * without an hour is not understood: the hour would be invented.
 *
 * @returns ISO 8601 with the offset of Ecuador, milliseconds only when printed; null otherwise.
 */
export function readAuthorizedAt(text: string): string | null {
  const bare = text.trim()
  const iso = ISO.exec(bare)
  if (iso !== null) return fromIso(iso)
  const local = LOCAL.exec(bare)
  if (local !== null) return fromLocal(local)
  if (!EPOCH.test(bare)) return null
  const milliseconds = Number(bare) * (bare.length === 10 ? 1000 : 1)
  return inGuayaquil(new Date(milliseconds), bare.length !== 10)
}

function fromIso(match: RegExpExecArray): string | null {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match
  const fraction = match[7] ?? ''
  const zone = match[8] ?? GUAYAQUIL_OFFSET
  if (!isMoment(year, month, day, hour, minute, second)) return null
  const printed = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  if (zone === GUAYAQUIL_OFFSET || zone === '-0500') {
    return `${printed}${fraction.slice(0, 4)}${GUAYAQUIL_OFFSET}`
  }
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const moment = new Date(`${printed}${fraction.slice(0, 4)}${offset}`)
  return Number.isNaN(moment.getTime()) ? null : inGuayaquil(moment, fraction !== '')
}

function fromLocal(match: RegExpExecArray): string | null {
  const [, printedDay = '', printedMonth = '', year = ''] = match
  const [, , , , printedHour = '', minute = '', second = '00'] = match
  const day = printedDay.padStart(2, '0')
  const month = printedMonth.padStart(2, '0')
  const half = match[7]?.toLowerCase()
  const hours = half === undefined ? Number(printedHour) : hourOf(Number(printedHour), half)
  const hour = String(hours).padStart(2, '0')
  if (!isMoment(year, month, day, hour, minute, second)) return null
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${GUAYAQUIL_OFFSET}`
}

function hourOf(hour: number, half: string): number {
  return (hour % 12) + (half === 'p' ? 12 : 0)
}

function isMoment(
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
): boolean {
  const calendar = dayFrom(Number(year), Number(month), Number(day)) !== null
  return calendar && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
}

function inGuayaquil(moment: Date, withMilliseconds: boolean): string {
  const shifted = new Date(moment.getTime() + OFFSET_MILLISECONDS).toISOString()
  return `${shifted.slice(0, withMilliseconds ? 23 : 19)}${GUAYAQUIL_OFFSET}`
}
