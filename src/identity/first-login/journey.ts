import type { Draft } from '../sessions/draft.ts'
import { draftOf } from '../sessions/draft.ts'
import type { Session } from '../sessions/session.ts'

/** How far somebody has come on the way through their first login. */
export type Journey = Extract<Draft, { kind: 'first-login' }>

const JOURNEY_START: Journey = { kind: 'first-login', proven: false, chosen: null }

/** `key` is `keys.seal`; throws when the session's draft was not sealed with it. */
export function journeyOf(key: Buffer, session: Session): Journey {
  return draftOf(key, session, 'first-login') ?? JOURNEY_START
}
