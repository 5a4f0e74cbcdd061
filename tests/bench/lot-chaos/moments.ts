import type { Chance } from '#fixtures/random.ts'

/** What is being done to the lot. */
export const PHASES = ['reading', 'publishing', 'mailing'] as const
export type Phase = (typeof PHASES)[number]

/** When the portal is killed. */
export type Moment =
  /** So long after its process was begun, ready or not. */
  | { readonly afterMs: number }
  /** Once so much of a phase is done, and so long after that: work is noted in steps. */
  | { readonly share: number; readonly lateMs: number }

const EARLY_MS = 3_000
const LATE_MS = 1_000
/** One of so many comes soon after the one before. */
const EARLY_OF = 5

/** Moments by lot all along the three phases, as many in each. */
export function momentsOf(kills: number, chance: Chance): Record<Phase, Moment[]> {
  const numbers = Array.from({ length: kills }, (_, at) => at)
  const of = (place: number) => {
    const own = numbers.filter((at) => at % PHASES.length === place)
    const early = Math.floor(own.length / EARLY_OF)
    const shares = own.slice(early).map(() => chance.next())
    const late = shares
      .sort((one, other) => one - other)
      .map((share) => ({ share, lateMs: chance.next() * LATE_MS }))
    const soon = Array.from({ length: early }, () => ({ afterMs: chance.next() * EARLY_MS }))
    const after = chance.between(0, late.length)
    return [...late.slice(0, after), ...soon, ...late.slice(after)]
  }
  return { reading: of(0), publishing: of(1), mailing: of(2) }
}
