import Type from 'typebox'
import type { AuditDetail } from '../../audit/audit-action.ts'
import type { AuditFilter, AuditPlace } from '../../audit/audit-entry-store.ts'
import { addDays, dayOf, parseDay, startOf } from '../../values/day.ts'
import type { Problems } from '../../web/forms.ts'

export const AuditQuery = Type.Object({
  desde: Type.String({ maxLength: 20, default: '' }),
  hasta: Type.String({ maxLength: 20, default: '' }),
  actor: Type.String({ maxLength: 60, default: '' }),
  accion: Type.String({ maxLength: 60, default: '' }),
  despues: Type.String({ maxLength: 60, default: '' }),
})

export type AuditTyped = Record<'desde' | 'hasta' | 'actor' | 'accion' | 'despues', string>

interface ReadSearch {
  filter: AuditFilter
  place: AuditPlace | null
  problems: Problems
}

const BAD_DAY = 'Escribe un día como 16/11/2026.'

/** What an auditor asks for, by days of Guayaquil, both included. */
export function readAuditSearch(typed: AuditTyped): ReadSearch {
  const from = parseDay(typed.desde)
  const until = parseDay(typed.hasta)
  const problems: Record<string, string> = {}
  if (typed.desde !== '' && !from) problems['desde'] = BAD_DAY
  if (typed.hasta !== '' && !until) problems['hasta'] = BAD_DAY
  if (from && until && until < from) {
    problems['hasta'] = 'La fecha final no puede ser anterior a la inicial.'
  }
  const filter = {
    from: from && startOf(from),
    to: until && startOf(addDays(until, 1)),
    actor: typed.actor || null,
    action: typed.accion || null,
  }
  return { filter, place: readPlace(typed.despues), problems }
}

/** The same for the chain, which keeps what somebody took away. */
export function noteOf({ from, to, actor, action }: AuditFilter): AuditDetail {
  return {
    ...(from ? { since: dayOf(from) } : {}),
    ...(to ? { until: addDays(dayOf(to), -1) } : {}),
    ...(actor === null ? {} : { ofActor: actor }),
    ...(action === null ? {} : { ofAction: action }),
  }
}

const PLACE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)_(\d{1,15})$/

export function writePlace({ at, id }: { at: Date; id: number }): string {
  return `${at.toISOString()}_${id}`
}

function readPlace(text: string): AuditPlace | null {
  const [, at, id] = PLACE.exec(text) ?? []
  return at && id ? { at, id: Number(id) } : null
}

/** The query of a search, without what is empty; `place` leads to an older page. */
export function auditQuery(typed: AuditTyped, place: string | null): string {
  const { desde, hasta, actor, accion } = typed
  const fields = Object.entries({ desde, hasta, actor, accion, despues: place ?? '' })
  return new URLSearchParams(fields.filter(([, value]) => value !== '')).toString()
}
