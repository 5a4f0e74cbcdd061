import { addDays, type Day, dayFrom, printSriDate } from '../../../values/day.ts'
import { type Complaint, complain } from '../fault.ts'

/** Systems add a midnight to their days. */
const MIDNIGHT = /[ T]0{1,2}:00(?::00(?:\.0+)?)?$/
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const LOCAL = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/
/** Years that a receipt can be of, and that the SRI's form has room for. */
const [YEAR_MIN, YEAR_MAX] = [2000, 2099]

const MONTHS =
  'Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre'.split(
    ',',
  )

/** A day as `2026-11-16`, from `16/11/2026` or itself; nothing is guessed. */
export function readDate(text: string): string | Complaint {
  const bare = text.length > 10 ? text.replace(MIDNIGHT, '') : text
  const iso = ISO.exec(bare)
  if (iso !== null) return judged(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const local = LOCAL.exec(bare)
  if (local === null) return notADate(bare)
  if (local[3]?.length === 2) return complain('date-short-year')
  return judged(Number(local[3]), Number(local[2]), Number(local[1]))
}

function judged(year: number, month: number, day: number): string | Complaint {
  if (year < YEAR_MIN || year > YEAR_MAX) return complain('date-form')
  const good = dayFrom(year, month, day)
  if (good !== null) return good
  if (month > 12) return complain(day >= 1 && day <= 12 ? 'date-order' : 'date-form')
  const name = MONTHS[month - 1]
  if (name === undefined || day === 0) return complain('date-form')
  const last = [30, 29, 28].find((one) => dayFrom(year, month, one) !== null) ?? 31
  const length = dayFrom(year, month, 31) === null ? last : 31
  const expected = `${name}${month === 2 ? ` de ${year}` : ''} tiene ${length} días`
  return complain('date-impossible', { expected })
}

/** Spreadsheets count the days from here on. */
const DAY_ZERO = '1899-12-30' as Day
/** 2000-01-01 and 2099-12-31. */
const [SERIAL_MIN, SERIAL_MAX] = [36_526, 73_050]

/** The day behind the number under which spreadsheets keep it; null outside this century. */
export function dayOfSerial(serial: number): Day | null {
  return serial >= SERIAL_MIN && serial <= SERIAL_MAX ? addDays(DAY_ZERO, Math.floor(serial)) : null
}

function notADate(text: string): Complaint {
  const day = /^\d{5}$/.test(text) ? dayOfSerial(Number(text)) : null
  if (day === null) return complain('date-form')
  return complain('date-serial', { expected: printSriDate(day) })
}
