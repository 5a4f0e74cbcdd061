import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** A change that two people agreed on. */
export interface ParameterChange {
  id: number
  /** Of `PARAMETERS`; another version of the portal may know others. */
  name: string
  /** Null goes back to the bank's file. */
  value: unknown
  from: Date
  approvalId: number
}

export async function addChange(
  tx: Tx,
  { name, value, from, approvalId }: Omit<ParameterChange, 'id'>,
): Promise<void> {
  await tx
    .insertInto('parameter_change')
    .values({
      name,
      value: value === null ? null : JSON.stringify(value),
      from_at: from.toISOString(),
      approval_id: approvalId,
    })
    .execute()
}

/** What counts at a moment: of each name the last change agreed on of those that have begun. */
export async function changesInForce(db: Db, now: Date): Promise<ParameterChange[]> {
  return findChanges(db, await idsInForce(db, now))
}

/** Their ids alone, to see whether anything has changed. */
export async function idsInForce(db: Db, now: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('parameter_change')
    .select((eb) => eb.fn.max('id').as('id'))
    .where('from_at', '<=', now.toISOString())
    .groupBy('name')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => Number(id))
}

/** In the order in which they were agreed on. */
export async function findChanges(db: Db, ids: readonly number[]): Promise<ParameterChange[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('parameter_change')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(toChange)
}

/** Those that have not begun and that nothing agreed on later replaces before they do. */
export async function changesToCome(db: Db, now: Date): Promise<ParameterChange[]> {
  const rows = await db
    .selectFrom('parameter_change as change')
    .selectAll()
    .where('from_at', '>', now.toISOString())
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('parameter_change as later')
            .select('later.id')
            .whereRef('later.name', '=', 'change.name')
            .whereRef('later.id', '>', 'change.id')
            .whereRef('later.from_at', '<=', 'change.from_at'),
        ),
      ),
    )
    .orderBy('from_at')
    .execute()
  return rows.map(toChange)
}

function toChange(row: {
  id: number
  name: string
  value: string | null
  from_at: string
  approval_id: number
}): ParameterChange {
  return {
    id: row.id,
    name: row.name,
    value: row.value === null ? null : JSON.parse(row.value),
    from: new Date(row.from_at),
    approvalId: row.approval_id,
  }
}
