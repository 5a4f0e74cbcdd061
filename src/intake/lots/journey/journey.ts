import type { Db } from '../../../db/open.ts'
import { LOTS } from '../../../identity/staff/rights.ts'
import { lastRunOf } from '../../../work/job-store.ts'
import type { Lot } from '../lot.ts'
import { FOLLOW_RECEIPTS } from './follow-receipts.ts'
import type { Funnel } from './funnel.ts'
import { funnelOf } from './funnel.ts'
import { countStages } from './funnel-store.ts'

/** A funnel, and when somebody looked last; null when nobody has yet. */
export interface Journey {
  readonly funnel: Funnel
  readonly at: Date | null
}

/** How far the receipts of a lot have come; null while none of it is published. */
export async function journeyOf(db: Db, lot: Lot): Promise<Journey | null> {
  if (lot.publishedAt === null) return null
  const funnel = funnelOf(await countStages(db, lot.id), `${LOTS}/${lot.number}/recorrido`)
  if (funnel.total === 0 && lot.status === 'withdrawn') return null
  return { funnel, at: await lookedAt(db) }
}

export async function lookedAt(db: Db): Promise<Date | null> {
  return lastRunOf(db, FOLLOW_RECEIPTS)
}
