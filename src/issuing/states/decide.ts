import type { IssuanceState, IssuanceStep } from '../../db/tables/issuing.ts'
import { type Move, PAUSES, STEPS } from './transitions.ts'

/** What the next step depends on besides what was heard. */
export interface Standing {
  readonly state: IssuanceState
  /** Rounds without getting on. */
  readonly tries: number
  /** Bad sends of its key, and when the first of them was. */
  readonly refusals: number
  readonly refusedAt: Date | null
  /** How often its key was sent and asked for, this time included, since a person looked at it. */
  readonly sends: number
  readonly questions: number
}

/** Where a document stands from now on, and when what is next. */
export interface Decision extends Standing {
  readonly step: IssuanceStep | null
  /** Null when there is no next step. */
  readonly nextAt: Date | null
  /** Whether its tries are used up: a person has to look before there is a next step. */
  readonly isSpent: boolean
}

/**
 * So often a key is sent, and so often asked for, until a person looks. By the pauses between them
 * that is seven hours of sending, and two days of asking: twice as long as the SRI says that it takes.
 */
export const SENDS_MAX = 20
export const QUESTIONS_MAX = 200

/** How far a pause strays from its length, so that what failed together does not return together. */
const JITTER = 0.2

/** Where a send leads that the SRI counts against its key. */
const BAD_SENDS: readonly IssuanceState[] = ['returned', 'unauthorized']

/** Bad sends of a key that the SRI forgives in a day; one more, and it locks the key. */
const BAD_SENDS_MAX = 2
const LOCK_MS = 24 * 3_600_000

/**
 * The one step of the state machine: takes a document where a row of the tables says, and works out
 * when it is next looked at.
 *
 * @param limited whether the SRI said that its attempts are used up
 * @param random between 0 and 1
 */
export function decide(
  before: Standing,
  { to, pause }: Move,
  world: { readonly now: Date; readonly random: number; readonly limited?: boolean },
): Decision {
  const { now, random, limited = false } = world
  const gotOn = to !== before.state && (to === 'received' || to === 'registered')
  const tries = gotOn ? 0 : before.tries + 1
  const { sends, questions } = before
  const wanted = STEPS[to]
  const isSpent =
    (wanted === 'send' && sends >= SENDS_MAX) || (wanted === 'ask' && questions >= QUESTIONS_MAX)
  const step = isSpent ? null : wanted
  const nextAt =
    step === null || pause === 'never'
      ? null
      : new Date(now.getTime() + lengthOf(PAUSES[pause], tries, random))
  const bad = badSends(before, to, limited, now)
  return { state: to, tries, step, nextAt, isSpent, sends, questions, ...bad }
}

function lengthOf(
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
  tries: number,
  random: number,
): number {
  if (firstMs === longestMs) return firstMs
  const length = Math.min(firstMs * 2 ** Math.max(0, tries - 1), longestMs)
  return Math.round(length * (1 - JITTER + 2 * JITTER * random))
}

function badSends(
  { refusals, refusedAt }: Standing,
  to: IssuanceState,
  limited: boolean,
  now: Date,
): Pick<Standing, 'refusals' | 'refusedAt'> {
  if (limited) return { refusals: BAD_SENDS_MAX, refusedAt: now }
  if (!BAD_SENDS.includes(to)) return { refusals, refusedAt }
  const sameDay = refusedAt !== null && now.getTime() - refusedAt.getTime() < LOCK_MS
  return sameDay ? { refusals: refusals + 1, refusedAt } : { refusals: 1, refusedAt: now }
}

/** When a corrected document may go again without running into the lock of its key. */
export function sendableFrom(
  { refusals, refusedAt }: Pick<Standing, 'refusals' | 'refusedAt'>,
  now: Date,
): Date {
  if (refusals < BAD_SENDS_MAX || refusedAt === null) return now
  return new Date(Math.max(now.getTime(), refusedAt.getTime() + LOCK_MS))
}
