import { daysPhrase, joinPhrases } from '../../receipts/search/search-words.ts'
import { kindFacts } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { formatDay } from '../../values/day.ts'
import { maskTaxId } from '../../values/tax-id.ts'
import type { GrantedReading, GrantState } from './grant.ts'
import { stateOfGrant } from './grant.ts'
import type { Grant } from './grant-store.ts'

/** What may be read, in the words of a page. */
export interface ReadingOnScreen {
  readonly kinds: string
  readonly days: string
  /** Empty when it is all of the customer's numbers. */
  readonly recipient: string
  readonly endsOn: string
}

export function describeReading({
  kinds,
  from,
  to,
  recipient,
  endsOn,
}: GrantedReading): ReadingOnScreen {
  const names = kinds.map((kind) => kindFacts(kind).plural.toLowerCase())
  const some = joinPhrases(names)
  return {
    kinds:
      kinds.length === 0 ? 'Todos los tipos' : `${some.charAt(0).toUpperCase()}${some.slice(1)}`,
    days: daysPhrase({ from, to }),
    recipient: recipient === null ? '' : maskTaxId(recipient),
    endsOn: formatDay(endsOn),
  }
}

const STANDINGS: Record<GrantState, { kind: '' | 'ok' | 'espera'; text: string }> = {
  live: { kind: 'ok', text: 'Vigente' },
  ended: { kind: 'espera', text: 'Terminó' },
  revoked: { kind: '', text: 'Retirado' },
}

/** A grant as customers, firms and the bank see it. */
export interface GrantOnScreen {
  readonly id: number
  readonly firm: string
  readonly ruc: string
  readonly state: GrantState
  readonly standing: { readonly kind: '' | 'ok' | 'espera'; readonly text: string }
  readonly covers: ReadingOnScreen
  readonly grantedAt: Date
  readonly renewedAt: Date | null
  readonly revokedAt: Date | null
  readonly usedOn: Day | null
}

export function describeGrant(grant: Grant, today: Day): GrantOnScreen {
  const { id, firm, ruc, grantedAt, renewedAt, revokedAt, usedOn } = grant
  const state = stateOfGrant(grant, today)
  const dates = { grantedAt, renewedAt, revokedAt, usedOn }
  return {
    id,
    firm,
    ruc,
    state,
    standing: STANDINGS[state],
    covers: describeReading(grant),
    ...dates,
  }
}
