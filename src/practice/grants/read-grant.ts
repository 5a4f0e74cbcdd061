import { documentKinds, kindOfSlug } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { addDays, parseDay } from '../../values/day.ts'
import { grantProblems } from '../messages.ts'
import type { GrantedReading } from './grant.ts'

/** What the form that gives a firm access holds. */
export interface EnteredGrant {
  ruc: string
  /** One of the customer's numbers, or empty for all. */
  identificacion: string
  /** Slugs of kinds. */
  tipo: readonly string[]
  desde: string
  hasta: string
  /** The last day on which the firm may read. */
  vence: string
}

export type GrantProblems = Partial<Record<keyof EnteredGrant, string>>

const DAYS_MAX = 731

/** Reads the end that was typed: today or later, and not for ever. */
export function readEnd(
  typed: string,
  today: Day,
): { ok: true; day: Day } | { ok: false; problem: string } {
  const day = parseDay(typed)
  if (day === null) return { ok: false, problem: grantProblems.day }
  if (day < today) return { ok: false, problem: grantProblems.past }
  if (day > addDays(today, DAYS_MAX)) return { ok: false, problem: grantProblems.far }
  return { ok: true, day }
}

/** Reads what a firm may be let read, all but which firm; `numbers` are the customer's own. */
export function readGrant(
  entered: EnteredGrant,
  numbers: readonly string[],
  today: Day,
): { ok: true; grant: GrantedReading } | { ok: false; problems: GrantProblems } {
  const { identificacion, tipo, desde, hasta, vence } = entered
  const [from, to] = [desde, hasta].map((text) => (text.trim() === '' ? null : parseDay(text)))
  const kinds = documentKinds
    .filter(({ kind }) => tipo.some((slug) => kindOfSlug(slug)?.kind === kind))
    .map(({ kind }) => kind)
  const end = readEnd(vence, today)
  const bounds = { from: from ?? null, to: to ?? null }
  const problems: GrantProblems = {
    ...(identificacion !== '' && !numbers.includes(identificacion)
      ? { identificacion: grantProblems.recipient }
      : {}),
    ...(kinds.length === 0 ? { tipo: grantProblems.kinds } : {}),
    ...(desde.trim() !== '' && from === null ? { desde: grantProblems.day } : {}),
    ...(hasta.trim() !== '' && to === null ? { hasta: grantProblems.day } : {}),
    ...(from && to && to < from ? { hasta: grantProblems.range } : {}),
    ...(end.ok ? {} : { vence: end.problem }),
  }
  if (Object.keys(problems).length > 0 || !end.ok) return { ok: false, problems }
  const recipient = identificacion === '' ? null : identificacion
  const all = kinds.length === documentKinds.length
  return { ok: true, grant: { recipient, kinds: all ? [] : kinds, ...bounds, endsOn: end.day } }
}
