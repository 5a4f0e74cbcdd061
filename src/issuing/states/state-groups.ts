import type { IssuanceState } from '../../db/tables/issuing.ts'
import { STEPS } from './transitions.ts'

/** In lists: whatever its state, its tries are used up and a person has to look. */
export const SPENT = 'spent'

/** What lists tell apart among what nobody closed. */
export type ListedState = IssuanceState | typeof SPENT

const ALL = Object.keys(STEPS) as IssuanceState[]

/** States in which nothing happens until a person decides. */
export const STOPPED: readonly IssuanceState[] = ALL.filter(
  (state) => STEPS[state] === null && state !== 'authorized',
)

/** States from which the portal goes on by itself. */
export const MOVING: readonly IssuanceState[] = ALL.filter((state) => STEPS[state] !== null)
