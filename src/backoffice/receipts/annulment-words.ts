import { RECEIPTS } from '../../identity/staff/rights.ts'
import type { Annulment } from '../../issuing/annulments/annulment.ts'
import type { AnnulmentTerms } from '../../issuing/annulments/annulment-rules.ts'
import { ANNULMENT_WORDS } from '../../issuing/annulments/messages.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { dayOf, daysBetween, formatDay, formatLongDay } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'

/** An annulment in the list of all. */
export interface AnnulmentRow {
  readonly href: string
  readonly title: string
  readonly reason: string
  readonly by: string
  readonly askedAt: Date
  readonly state: { readonly name: string; readonly tone: string }
  /** What the SRI said last, and until when it may be asked. */
  readonly detail: string
}

export function annulmentRow(annulment: Annulment): AnnulmentRow {
  const { accessKey, kind, number, reason, askedBy, askedAt, state, lastDay, endedAt } = annulment
  const { name, tone, about } = ANNULMENT_WORDS[state]
  const closing =
    endedAt === null && lastDay ? ` Se puede pedir hasta el ${formatDay(lastDay)}.` : ''
  return {
    href: `${RECEIPTS}/${accessKey}`,
    title: `${kindFacts(kind).name} ${number}`,
    reason,
    by: readableName(askedBy),
    askedAt,
    state: { name, tone },
    detail: `${about}${closing}`,
  }
}

/** What whoever annuls has to know before. */
export function termsInWords({ lastDay, needsConsent }: AnnulmentTerms, now: Date): string[] {
  const left = lastDay === null ? 0 : daysBetween(dayOf(now), lastDay)
  const until =
    lastDay === null
      ? 'No hay una última fecha: retiene el impuesto a la salida de divisas.'
      : `Se puede pedir hasta el ${formatLongDay(lastDay)}: ${leftInWords(left)}.`
  const consent = needsConsent
    ? ['El receptor tiene cinco días hábiles para aceptarla; si calla, no se anula.']
    : []
  return [
    'Pídela en SRI en línea, en «Anulación de comprobantes», con la clave del banco: el SRI no la recibe de otra forma.',
    until,
    ...consent,
  ]
}

function leftInWords(days: number): string {
  if (days === 0) return 'hoy es el último día'
  return days === 1 ? 'queda 1 día' : `quedan ${days} días`
}
