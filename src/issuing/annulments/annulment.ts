import type { AnnulmentState } from '../../db/tables/annulments.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Answered, ConsultedState } from '../../sri/service/sri-service.ts'
import { addDays, type Day, dayOf } from '../../values/day.ts'
import { consentUntil } from './annulment-rules.ts'

/** That a receipt was asked to be annulled, and how far that has come. */
export interface Annulment {
  readonly id: number
  readonly receiptId: number
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly number: string
  readonly reason: string
  readonly needsConsent: boolean
  /** Null where it never closes. */
  readonly lastDay: Day | null
  readonly askedBy: string
  readonly askedAt: Date
  readonly state: AnnulmentState
  readonly answer: string
  readonly checkedAt: Date | null
  readonly endedAt: Date | null
}

/** What an answer makes of an annulment: how it stands, and when to ask again; null is the end. */
export interface Judged {
  readonly state: AnnulmentState
  /** For staff, in the SRI's words. */
  readonly answer: string
  readonly nextCheckAt: Date | null
}

const MINUTE_MS = 60_000
const SOON_MS = 10 * MINUTE_MS
const LATER_MS = 360 * MINUTE_MS
/** As long after it was asked a change may be any moment away. */
const FRESH_MS = 24 * 60 * MINUTE_MS
/** The SRI's registers may be so many days behind what somebody did in its portal. */
const LAG_DAYS = 3

/**
 * What an answer of the consultation service means. Only ANULADO annuls; no answer, or one that says
 * nothing of the state, changes nothing; AUTORIZADO ends it only when nothing more can come.
 */
export function judgeAnnulment(
  annulment: Pick<Annulment, 'state' | 'needsConsent' | 'lastDay' | 'askedAt'>,
  answered: Answered<ConsultedState>,
  now: Date,
): Judged {
  const { state, askedAt } = annulment
  const pause = now.getTime() - askedAt.getTime() < FRESH_MS ? SOON_MS : LATER_MS
  const wait = (as: AnnulmentState, answer: string) => {
    return { state: as, answer, nextCheckAt: new Date(now.getTime() + pause) }
  }
  if (!answered.ok) return wait(state, answered.failure.detail)
  const said = wordOf(answered.answer)
  if (said === 'ANULADO') return { state: 'annulled', answer: said, nextCheckAt: null }
  if (said === 'PENDIENTE DE ANULAR') return wait('consent', said)
  if (said !== 'AUTORIZADO') return wait(state, said)
  if (state === 'consent') return { state: 'refused', answer: said, nextCheckAt: null }
  const over = isOver(annulment, dayOf(now))
  return over ? { state: 'lapsed', answer: said, nextCheckAt: null } : wait(state, said)
}

/** The state, or what the SRI says instead of one. */
function wordOf({ state, messages }: ConsultedState): string {
  const said = messages.map(({ identifier, text }) => `${identifier} ${text}`).join('; ')
  return (state ?? said).trim().toUpperCase() || 'SIN ESTADO'
}

function isOver(
  { lastDay, needsConsent, askedAt }: Pick<Annulment, 'lastDay' | 'needsConsent' | 'askedAt'>,
  today: Day,
): boolean {
  const closing = lastDay ?? addDays(dayOf(askedAt), 30)
  const last = needsConsent ? consentUntil(closing) : closing
  return today > addDays(last, LAG_DAYS)
}
