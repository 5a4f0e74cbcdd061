import type { Stage } from '../../../db/tables/intake.ts'
import type { StageCounts } from './funnel-store.ts'
import { stageWords } from './messages.ts'
import { STAGES } from './stage.ts'

/** A step of a funnel. */
export interface FunnelStep {
  readonly text: string
  /** What it means to have stopped there. */
  readonly help: string
  /** How many came so far or farther. */
  readonly reached: number
  /** Of all, from 0 to 100. */
  readonly percent: number
  readonly stopped: number
  /** The address of those who stopped there; null when none did. */
  readonly href: string | null
  readonly bounced: boolean
}

export interface Funnel {
  readonly total: number
  readonly steps: readonly FunnelStep[]
}

/** The steps of a lot or a day. Bouncing is no step on the way: whoever is past it did not bounce. */
export function funnelOf(counts: StageCounts, address: string): Funnel {
  const total = STAGES.reduce((sum, stage) => sum + (counts[stage] ?? 0), 0)
  const steps = STAGES.map((stage, at): FunnelStep => {
    const stopped = counts[stage] ?? 0
    const beyond = STAGES.slice(at + 1).reduce((sum, one) => sum + (counts[one] ?? 0), 0)
    const bounced = stage === 'bounced'
    const reached = bounced ? stopped : stopped + beyond
    const { slug, text, stopped: help } = stageWords[stage]
    return {
      text,
      help,
      reached,
      percent: total === 0 ? 0 : Math.round((1_000 * reached) / total) / 10,
      stopped,
      href: stopped === 0 ? null : `${address}/${slug}`,
      bounced,
    }
  })
  return { total, steps }
}

/** Several days as one. */
export function sumOfCounts(all: Iterable<StageCounts>): StageCounts {
  const sum: StageCounts = {}
  for (const counts of all) {
    for (const stage of STAGES) sum[stage] = (sum[stage] ?? 0) + (counts[stage] ?? 0)
  }
  return sum
}

/** The stage that a part of an address names. */
export function stageOfSlug(slug: string): Stage | null {
  return STAGES.find((stage) => stageWords[stage].slug === slug) ?? null
}
