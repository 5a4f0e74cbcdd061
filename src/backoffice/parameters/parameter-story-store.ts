import type { Db } from '../../db/open.ts'
import type { ParameterChange } from '../../policy/parameters/change-store.ts'

/** A change with the people and the reason behind it. */
export interface ToldChange extends ParameterChange {
  proposedBy: number
  approvedBy: number
  approvedAt: Date
  reason: string
}

/** The changes of some names, the newest first, before the one of that id. */
export async function storyOf(
  db: Db,
  name: string,
  before: number,
  limit: number,
): Promise<ToldChange[]> {
  return tell(
    await told(db)
      .where('change.name', '=', name)
      .where('change.id', '<', before)
      .orderBy('change.id', 'desc')
      .limit(limit)
      .execute(),
  )
}

/** Those of these ids. */
export async function tellChanges(db: Db, ids: readonly number[]): Promise<ToldChange[]> {
  if (ids.length === 0) return []
  return tell(await told(db).where('change.id', 'in', ids).execute())
}

function told(db: Db) {
  return db
    .selectFrom('parameter_change as change')
    .innerJoin('approval', 'approval.id', 'change.approval_id')
    .select([
      'change.id',
      'change.name',
      'change.value',
      'change.from_at',
      'change.approval_id',
      'approval.proposed_by',
      'approval.decided_by',
      'approval.decided_at',
      'approval.reason',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof told>['execute']>>[number]

function tell(rows: readonly Row[]): ToldChange[] {
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    value: row.value === null ? null : JSON.parse(row.value),
    from: new Date(row.from_at),
    approvalId: row.approval_id,
    proposedBy: row.proposed_by,
    approvedBy: row.decided_by ?? 0,
    approvedAt: new Date(row.decided_at ?? row.from_at),
    reason: row.reason,
  }))
}
