import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { type ListedState, SPENT, STOPPED } from '../../issuing/states/state-groups.ts'
import { isInState } from '../../work/job-store.ts'

/** Counting stops here: beyond it «más de …» says enough. */
export const COUNT_MAX = 1_000

// A bound parameter would keep SQLite from seeing that the partial index fits.
const isPending = sql<boolean>`status = 'pending'`
const isOpen = sql<boolean>`state <> 'authorized' and closed_at is null`
const isSpent = sql<boolean>`spent_at is not null and closed_at is null`

/** Receipts that wait for the SRI's answer, those of them that came in by a moment, and the oldest. */
export async function pendingReceipts(
  db: Db,
  by: Date,
): Promise<{ all: number; old: number; oldest: Date | null }> {
  const pending = db.selectFrom('receipt').select('id').where(isPending)
  const old = pending.where('loaded_at', '<=', by.toISOString())
  const oldest = await db
    .selectFrom('receipt')
    .select('loaded_at')
    .where(isPending)
    .orderBy('loaded_at')
    .limit(1)
    .executeTakeFirst()
  const count = async (query: typeof pending) => {
    const { count: found } = await db
      .selectFrom(query.limit(COUNT_MAX).as('some'))
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return found
  }
  if (!oldest) return { all: 0, old: 0, oldest: null }
  return { all: await count(pending), old: await count(old), oldest: new Date(oldest.loaded_at) }
}

/** Documents that nobody but a person can get on, by the state they stand in. */
export async function stoppedIssuances(db: Db): Promise<Map<ListedState, number>> {
  const counts = await Promise.all(
    ([...STOPPED, SPENT] as const).map(async (state: ListedState) => {
      const some = db
        .selectFrom('issuance')
        .select('id')
        .where(state === SPENT ? isSpent : sql<boolean>`state = ${state} and ${isOpen}`)
        .limit(COUNT_MAX)
      const { count } = await db
        .selectFrom(some.as('some'))
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return [state, count] as const
    }),
  )
  return new Map(counts.filter(([, count]) => count > 0))
}

/** Work that failed for good and that nobody began anew since, the newest first. */
export async function failedJobs(
  db: Db,
  limit: number,
): Promise<{ id: number; kind: string; subjectId: number }[]> {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'kind', 'subject_id'])
    .where(isInState('failed'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('job as later')
            .select('later.id')
            .whereRef('later.subject_id', '=', 'job.subject_id')
            .whereRef('later.kind', '=', 'job.kind')
            .whereRef('later.id', '>', 'job.id'),
        ),
      ),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id, kind, subject_id: subjectId }) => ({ id, kind, subjectId }))
}
