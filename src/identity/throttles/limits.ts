import type { Policy } from '../../policy/policy.ts'

/** So many within so long. */
export interface Limit {
  max: number
  minutes: number
}

const HOUR = 60
const DAY = 24 * HOUR

export type SourcePurpose = 'signIn' | 'staffSignIn' | 'firstLogin' | 'register' | 'recovery'

/** How often one source block may try, whoever it names. Too much is answered 429. */
export function sourceLimits({ firstLogin }: Policy, purpose: SourcePurpose): readonly Limit[] {
  switch (purpose) {
    case 'signIn':
      return [{ max: 60, minutes: 10 }]
    case 'staffSignIn':
      // A whole office comes from one address in the morning, with two steps each.
      return [{ max: 200, minutes: 10 }]
    case 'firstLogin':
      return [
        { max: firstLogin.sourcePer10Minutes, minutes: 10 },
        { max: firstLogin.sourcePerDay, minutes: DAY },
      ]
    case 'register':
      // Form, code and their corrections: several for each first login.
      return [{ max: firstLogin.sourcePer10Minutes * 4, minutes: 10 }]
    case 'recovery':
      return [
        { max: 10, minutes: 10 },
        { max: 40, minutes: DAY },
      ]
  }
}

/**
 * One identity from one source block. Not one identity from everywhere: whoever knows a cédula
 * could then keep its owner out.
 */
export const SIGN_IN_PAIR: Limit = { max: 12, minutes: 10 }

/** Codes that leave for one identity; beyond it the pages are the same and nothing is sent. */
export const FIRST_LOGIN_CODES: Limit = { max: 5, minutes: DAY }

/** Mails to a customer who tries a first login although there is access already. */
export const ACCESS_REMINDERS: Limit = { max: 1, minutes: DAY }

/** Codes for one change of address in the profile. */
export const EMAIL_CHANGE_CODES: Limit = { max: 5, minutes: HOUR }

/** Codes with which one customer gives accesses. */
export const ACCESS_CODES: Limit = { max: 10, minutes: HOUR }

/** A name that nobody has is locked like one that somebody has, for this long. */
export const UNKNOWN_LOCK_MINUTES = 30 * DAY

/** New initial passwords for one identity. */
export function recoveryLimits({ recovery }: Policy): Limit[] {
  return [
    { max: recovery.perHour, minutes: HOUR },
    { max: recovery.perDay, minutes: DAY },
  ]
}
