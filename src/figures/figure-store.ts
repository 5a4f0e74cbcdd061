import { sql } from 'kysely'
import { anyOf, insertRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import { startsWith } from '../db/starts-with.ts'
import type { Tx } from '../db/transaction.ts'
import type { Day, DayRange } from '../values/day.ts'
import type { Figure } from './figure.ts'
import { FigureSums } from './figure.ts'

/**
 * Adds to the figures of days, in the transaction of what happened and late in it: until its end,
 * whoever changes the same figure waits.
 */
export async function addFigures(tx: Tx, changes: readonly Figure[]): Promise<void> {
  await insertRows(tx, {
    table: 'day_figure',
    columns: ['name', 'day', 'value', 'cents'],
    rows: new FigureSums(changes)
      .all()
      .map(({ name, day, value, cents }) => [name, day, value, cents]),
    addWhenTaken: { unique: 'name, day', sums: ['value', 'cents'] },
  })
}

/** So much of a day's text as names it, or its month. */
const STEP_LENGTH = { day: 10, month: 7 } as const

export type FigureStep = keyof typeof STEP_LENGTH

/** What some figures add up to in each day, or month, of a stretch: `at` is its day or `2026-11`. */
export async function figuresOf(
  db: Db,
  names: readonly string[],
  { from, to }: DayRange,
  step: FigureStep,
): Promise<{ name: string; at: string; value: number; cents: number }[]> {
  const at = sql<string>`substr(day, 1, ${sql.lit(STEP_LENGTH[step])})`
  return db
    .selectFrom('day_figure')
    .select(['name', at.as('at')])
    .select(({ fn }) => [fn.sum<number>('value').as('value'), fn.sum<number>('cents').as('cents')])
    .where('name', 'in', anyOf(db, names))
    .where('day', '>=', from)
    .where('day', '<=', to)
    .groupBy(['name', at])
    .execute()
}

/** Every figure whose name begins so. */
export async function figuresNamed(db: Db, prefix: string): Promise<Figure[]> {
  const rows = await db
    .selectFrom('day_figure')
    .selectAll()
    .where(startsWith(db, sql`name`, prefix))
    .execute()
  return rows.map((row) => ({ ...row, day: row.day as Day }))
}
