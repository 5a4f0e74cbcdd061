import type { DocumentKind } from '../../sri/kinds.ts'
import { addDays, type Day, firstOfMonth } from '../../values/day.ts'
import { addWorkingDays, workingDayFrom } from '../../values/holidays.ts'

/** What of a receipt decides whether the SRI lets it be annulled. */
export interface AnnulledReceipt {
  readonly kind: DocumentKind
  readonly issuedOn: Day
  /** Its buyer is consumidor final. */
  readonly toNobody: boolean
  /** It withholds the tax on money that leaves the country (ISD). */
  readonly withholdsIsd: boolean
}

/** By when it has to be asked in SRI en línea, and whether the other side has to agree. */
export interface AnnulmentTerms {
  /** Null: no last day, as for the ISD of a transfer that came back. */
  readonly lastDay: Day | null
  readonly needsConsent: boolean
}

/** The documents whose recipient has a say: silence for five working days is a no. */
const WITH_CONSENT: ReadonlySet<DocumentKind> = new Set([
  'withholding',
  'credit-note',
  'debit-note',
])
const CONSENT_WORKING_DAYS = 5
/** Day of the next month; the SRI moves it to the next working day. */
const LAST_DATE = 7
/** From then on what was sold to nobody can be neither annulled nor credited. */
const NOBODY_SINCE = '2026-01-01' as Day

/**
 * The terms of the SRI (resolutions NAC-DGERCGC25-00000014 and 17); null when it cannot be annulled
 * at all.
 */
export function annulmentTerms(receipt: AnnulledReceipt): AnnulmentTerms | null {
  const { kind, issuedOn, toNobody, withholdsIsd } = receipt
  if (toNobody && issuedOn >= NOBODY_SINCE) return null
  const seventh = addDays(firstOfMonth(issuedOn, 1), LAST_DATE - 1)
  return {
    lastDay: kind === 'withholding' && withholdsIsd ? null : workingDayFrom(seventh),
    needsConsent: WITH_CONSENT.has(kind),
  }
}

/** The last day on which the other side may agree to what was asked on that day. */
export function consentUntil(askedOn: Day): Day {
  return addWorkingDays(askedOn, CONSENT_WORKING_DAYS)
}
