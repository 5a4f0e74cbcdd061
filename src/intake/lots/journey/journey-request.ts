import Type from 'typebox'
import type { Day } from '../../../values/day.ts'
import { addDays, daysBetween, parseDay, startOf } from '../../../values/day.ts'
import type { Problems } from '../../../web/forms.ts'
import type { Span } from './funnel-store.ts'
import type { ItemPlace } from './item-store.ts'

export const After = Type.Object({ despues: Type.String({ maxLength: 40, default: '' }) })

export const DayQuery = Type.Object({
  desde: Type.String({ maxLength: 20, default: '' }),
  hasta: Type.String({ maxLength: 20, default: '' }),
})

/** `7_1200`: after which item a page begins; anything else is its beginning. */
export function readPlace(text: string): ItemPlace {
  const [, lotId, n] = /^(\d{1,15})_(\d{1,9})$/.exec(text) ?? []
  return { lotId: Number(lotId ?? 0), n: Number(n ?? 0) }
}

export function writePlace({ lotId, n }: ItemPlace): string {
  return `${lotId}_${n}`
}

const DAYS_SHOWN = 14
const DAYS_MAX = 92
const BAD_DAY = 'Escribe un día como 16/11/2026.'

interface DayRange {
  readonly from: Day
  readonly to: Day
  readonly problems: Problems
}

/** The days that somebody asks for, both included; two weeks until today unless told. */
export function readDays(typed: { desde: string; hasta: string }, today: Day): DayRange {
  const problems: Record<string, string> = {}
  const to = typed.hasta === '' ? today : parseDay(typed.hasta)
  const from = typed.desde === '' ? addDays(to ?? today, 1 - DAYS_SHOWN) : parseDay(typed.desde)
  if (from === null) problems['desde'] = BAD_DAY
  if (to === null) problems['hasta'] = BAD_DAY
  if (from && to && to < from) {
    problems['hasta'] = 'La fecha final no puede ser anterior a la inicial.'
  }
  if (from && to && daysBetween(from, to) >= DAYS_MAX) {
    problems['desde'] = `Elige ${DAYS_MAX} días o menos.`
  }
  return { from: from ?? today, to: to ?? today, problems }
}

/** From the beginning of the first day to the end of the last. */
export function spanOf(from: Day, to: Day): Span {
  return { from: startOf(from), until: startOf(addDays(to, 1)) }
}
