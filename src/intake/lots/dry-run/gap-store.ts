import type { Db } from '../../../db/open.ts'
import { addDays, type Day } from '../../../values/day.ts'
import type { Gap } from '../lot-summary.ts'
import type { FoundGap } from './number-gaps.ts'

/** A month between two neighbours is looked through; beyond that a gap is only said to be one. */
const DAYS_MAX = 31
const FOUND_MAX = 10_000

/**
 * What is still missing of a gap when the receipts that are kept already are counted: a series that
 * came in two lots has no hole. Receipts are found by their keys, day by day.
 */
export async function stillMissing(db: Db, gap: FoundGap): Promise<Gap[]> {
  const kept = new Set<number>()
  let day = gap.fromDay as Day
  for (let days = 0; day <= gap.toDay && days < DAYS_MAX; days += 1) {
    for (const sequence of await keptOn(db, gap, day)) kept.add(sequence)
    day = addDays(day, 1)
  }
  const { kind, issuerRuc, series } = gap
  if (kept.size === 0) return [{ kind, issuerRuc, series, from: gap.from, to: gap.to }]
  const bounds = [gap.from - 1, ...[...kept].sort((a, b) => a - b), gap.to + 1]
  return bounds.slice(1).flatMap((after, at) => {
    const before = bounds[at] ?? after
    const missing = { kind, issuerRuc, series, from: before + 1, to: after - 1 }
    return missing.from <= missing.to ? [missing] : []
  })
}

async function keptOn(db: Db, { infix, from, to }: FoundGap, day: Day): Promise<number[]> {
  const head = `${day.slice(8)}${day.slice(5, 7)}${day.slice(0, 4)}${infix}`
  const rows = await db
    .selectFrom('receipt')
    .select('access_key')
    .where('access_key', '>=', head + String(from).padStart(9, '0'))
    .where('access_key', '<', head + String(to + 1).padStart(9, '0'))
    .limit(FOUND_MAX)
    .execute()
  return rows.map(({ access_key }) => Number(access_key.slice(30, 39)))
}
