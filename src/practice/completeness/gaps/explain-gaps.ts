import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../../../db/open.ts'
import type { DocumentKind } from '../../../sri/kinds.ts'
import type { Day } from '../../../values/day.ts'
import { issuedNumbers, keptNumbers, type Series, seriesOf } from './gap-store.ts'

/** A run of numbers, both ends included. */
export interface NumberRun {
  readonly from: number
  readonly to: number
}

/** What is between the first and the last number that a taxpayer has of a series. */
export interface SeriesGaps extends Series {
  /** Numbers of theirs. */
  readonly own: number
  /** Null when there are too many numbers to look at each. */
  readonly between: NumbersBetween | null
}

/** The numbers that are not theirs: only how many, and never whose. */
export interface NumbersBetween {
  /** Receipts of others, annulled ones too: whoever knows whose one is learns nothing more of it. */
  readonly others: number
  /** On their way to the SRI. */
  readonly underWay: number
  /** Never authorised, or lost to another document: the bank knows. */
  readonly lost: number
  readonly lostRuns: readonly NumberRun[]
  /** The bank has nothing of them. */
  readonly absent: number
  readonly absentRuns: readonly NumberRun[]
}

/** What the looking may cost. */
export interface GapLimits {
  /** Numbers of one series. */
  readonly span: number
  /** Numbers of all of them together. */
  readonly all: number
}

/** Of a package, which is made in the background; of a page, for which somebody waits; of a part of one. */
export const PACKAGE_GAPS: GapLimits = { span: 20_000, all: 400_000 }
export const PAGE_GAPS: GapLimits = { span: 4_000, all: 20_000 }
export const GLANCE_GAPS: GapLimits = { span: 1_000, all: 2_000 }

const NUMBERS_AT_ONCE = 1_000
/** The same number occurs once for each issuer and kind. */
const RECEIPTS_AT_ONCE = 8_000
/** Runs that are named; how many numbers there are is counted all the same. */
const RUNS_NAMED = 6

/**
 * The series of a party's days in which numbers are missing, what the missing ones are, and how many
 * numbers were looked at for it.
 */
export async function gapsOf(
  db: Db,
  partyId: number,
  asked: { from: Day | null; to: Day | null; kinds: readonly DocumentKind[] },
  limits: GapLimits,
): Promise<{ gaps: SeriesGaps[]; looked: number }> {
  const gaps: SeriesGaps[] = []
  let left = limits.all
  for (const { own, ...series } of await seriesOf(db, partyId, asked)) {
    const span = series.last - series.first + 1
    if (span === own) continue
    const looked = span <= limits.span && span <= left
    if (looked) left -= span
    const found = looked
      ? await lookThrough(db, partyId, series, own)
      : { ...series, own, between: null }
    if (found.between === null || missingIn(found.between) > 0) gaps.push(found)
  }
  return { gaps, looked: limits.all - left }
}

/** Numbers of other days may be theirs too: then nothing is missing after all. */
function missingIn({ others, underWay, lost, absent }: NumbersBetween): number {
  return others + underWay + lost + absent
}

async function lookThrough(
  db: Db,
  partyId: number,
  series: Series,
  counted: number,
): Promise<SeriesGaps> {
  const tally = { own: 0, other: 0, underWay: 0 }
  const [lost, absent] = [new Runs(), new Runs()]
  for (let from = series.first; from <= series.last; from += NUMBERS_AT_ONCE) {
    const stretch = { from, to: Math.min(from + NUMBERS_AT_ONCE - 1, series.last) }
    const kept = await keptNumbers(db, partyId, series, stretch, RECEIPTS_AT_ONCE)
    if (kept === null) return { ...series, own: counted, between: null }
    const known = new Map<number, 'own' | 'other'>()
    // A number that stands twice is theirs if one of the two is.
    for (const { sequence, what } of kept) {
      if (known.get(sequence) !== 'own') known.set(sequence, what)
    }
    const issued = new Map(
      (await issuedNumbers(db, series, stretch)).map(({ sequence, isOver }) => [sequence, isOver]),
    )
    for (let number = stretch.from; number <= stretch.to; number += 1) {
      const what = known.get(number)
      const isOver = issued.get(number)
      if (what !== undefined) tally[what] += 1
      else if (isOver === undefined) absent.add(number)
      else if (isOver) lost.add(number)
      else tally.underWay += 1
    }
    await letOthersRun()
  }
  const { own, other: others, underWay } = tally
  const runs = { lost: lost.count, lostRuns: lost.named, absent: absent.count }
  const between = { others, underWay, ...runs, absentRuns: absent.named }
  return { ...series, own, between }
}

/** Numbers in their order, as runs. */
class Runs {
  readonly named: { from: number; to: number }[] = []
  count = 0
  #last = -1

  add(number: number): void {
    this.count += 1
    const run = this.named.at(-1)
    if (run && this.#last === number - 1 && run.to === this.#last) run.to = number
    else if (this.named.length < RUNS_NAMED) this.named.push({ from: number, to: number })
    this.#last = number
  }
}
