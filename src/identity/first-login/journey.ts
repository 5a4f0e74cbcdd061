import { seal, unseal } from '../../values/keys.ts'
import type { Session } from '../sessions/session.ts'

/** What somebody has entered so far on the way through their first login. */
export interface Journey {
  /** Whether the code sent to the address the bank holds was given. */
  proven: boolean
  /** Set once the form was accepted: the address, and the password as a hash only. */
  chosen: { email: string; passwordHash: string } | null
}

const JOURNEY_START: Journey = { proven: false, chosen: null }

export function sealJourney(key: Buffer, journey: Journey): string {
  return seal(key, JSON.stringify(journey))
}

/** Reads a session's journey; throws when it was not we who sealed it. */
export function journeyOf(key: Buffer, session: Session): Journey {
  if (session.journey === null) return JOURNEY_START
  return JSON.parse(unseal(key, session.journey)) as Journey
}
