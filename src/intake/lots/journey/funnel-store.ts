import type { Db } from '../../../db/open.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import type { Day } from '../../../values/day.ts'
import { dayOf } from '../../../values/day.ts'
import { formatLotNumber } from '../lot.ts'

/** How many receipts stand where. */
export type StageCounts = Partial<Record<Stage, number>>

export async function countStages(db: Db, lotId: number): Promise<StageCounts> {
  const rows = await db
    .selectFrom('lot_stage')
    .select(['stage', 'items'])
    .where('lot_id', '=', lotId)
    .execute()
  return Object.fromEntries(rows.map(({ stage, items }) => [stage, items]))
}

/** From an instant until before another. */
export interface Span {
  readonly from: Date
  readonly until: Date
}

/** The same for all lots that were published on each day, the newest first. */
export async function countStagesByDay(
  db: Db,
  { from, until }: Span,
): Promise<Map<Day, StageCounts>> {
  const rows = await db
    .selectFrom('lot')
    .innerJoin('lot_stage', 'lot_stage.lot_id', 'lot.id')
    .select(['lot.published_at', 'lot_stage.stage', 'lot_stage.items'])
    .where('lot.published_at', '>=', from.toISOString())
    .where('lot.published_at', '<', until.toISOString())
    .orderBy('lot.published_at', 'desc')
    .execute()
  const days = new Map<Day, StageCounts>()
  for (const { published_at, stage, items } of rows) {
    const day = dayOf(new Date(published_at ?? 0))
    const counts = days.get(day) ?? {}
    counts[stage] = (counts[stage] ?? 0) + items
    days.set(day, counts)
  }
  return days
}

/** A lot as a list of receipts names it. */
export interface NamedLot {
  readonly id: number
  readonly number: string
}

/** The lots published within a span in which receipts stopped at a stage, by id. */
export async function lotsStoppedAt(
  db: Db,
  { from, until }: Span,
  stage: Stage,
): Promise<NamedLot[]> {
  const rows = await db
    .selectFrom('lot')
    .innerJoin('lot_stage', 'lot_stage.lot_id', 'lot.id')
    .select(['lot.id', 'lot.month', 'lot.sequence'])
    .where('lot.published_at', '>=', from.toISOString())
    .where('lot.published_at', '<', until.toISOString())
    .where('lot_stage.stage', '=', stage)
    .where('lot_stage.items', '>', 0)
    .orderBy('lot.id')
    .execute()
  return rows.map((row) => ({ id: row.id, number: formatLotNumber(row) }))
}
