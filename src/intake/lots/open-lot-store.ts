import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Lot, LotNumber } from './lot.ts'
import { formatLotNumber } from './lot.ts'
import { toLot } from './lot-store.ts'

/** Lots that something is still to come of, the newest first. */
export async function openLots(db: Db, limit: number): Promise<Lot[]> {
  const rows = await db
    .selectFrom('lot')
    .selectAll()
    .where(sql<boolean>`status in ('reading', 'ready', 'publishing', 'stopped', 'withdrawing')`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toLot)
}

/** The numbers of lots, `2026-11-0047`, by their id. */
export async function lotNumbers(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('lot')
    .select(['id', 'month', 'sequence'])
    .where('id', 'in', anyOf(db, ids))
    .execute()
  return new Map(rows.map((row) => [row.id, formatLotNumber(row)]))
}

/** Lots by their numbers, `2026-11-0047`; those that there are. */
export async function lotsByNumber(
  db: Db,
  numbers: readonly LotNumber[],
): Promise<Map<string, Lot>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('lot')
    .selectAll()
    .where((eb) => eb.or(numbers.map(({ month, sequence }) => eb.and({ month, sequence }))))
    .execute()
  return new Map(rows.map((row) => [formatLotNumber(row), toLot(row)]))
}
