import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import { isPostgres } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { JobStatus } from '../db/tables/work.ts'
import type { Tx } from '../db/transaction.ts'
import type { Job } from './job.ts'
import { isInState, toJob } from './job-store.ts'

/** Whose a claim is, and until when it holds unless it is renewed. */
export interface Claim {
  owner: string
  until: Date
}

/** Whether there is a job to claim; a look does not take the writer, as claiming does. */
export async function isAnyJobDue(db: Db, now: Date): Promise<boolean> {
  const at = now.toISOString()
  const due = db.selectFrom('job').select('id').where(isInState('waiting'))
  const lost = db.selectFrom('job').select('id').where(isInState('running'))
  const row =
    (await due.where('next_attempt_at', '<=', at).limit(1).executeTakeFirst()) ??
    (await lost.where('claimed_until', '<=', at).limit(1).executeTakeFirst())
  return row !== undefined
}

/**
 * Takes the job that has waited longest, or one whose worker is gone, for one owner only. It goes on
 * from its last step.
 */
export async function claimJob(
  tx: Tx,
  kinds: readonly string[],
  { owner, until }: Claim,
  now: Date,
): Promise<Job | null> {
  const at = now.toISOString()
  const lock = isPostgres(tx) ? sql`for update skip locked` : sql``
  const mine = sql.join(kinds.map((kind) => sql.lit(kind)))
  const { rows } = await sql<Selectable<Schema['job']>>`
    with due as materialized (
      select id from job
      where (${isInState('waiting')} and next_attempt_at <= ${at} or ${isInState('running')} and claimed_until <= ${at})
        and kind in (${mine})
      order by id limit 1 ${lock}
    )
    update job set status = 'running', claimed_by = ${owner},
      claimed_until = ${until.toISOString()}, resumed_at = ${at}, resumed_done = done,
      attempts = attempts + case when status = 'running' then 1 else 0 end
    where id in (select id from due)
    returning *`.execute(tx)
  return rows[0] ? toJob(rows[0]) : null
}

/** How far a step came. */
export interface Step {
  done: number
  total: number | null
  checkpoint: unknown
}

/**
 * Notes the end of a step in the step's own transaction.
 *
 * @returns what somebody wishes of the job; undefined when another worker holds it by now
 */
export async function noteStep(
  tx: Tx,
  id: number,
  { owner, until }: Claim,
  step: Step,
): Promise<Job['wish'] | undefined> {
  const row = await tx
    .updateTable('job')
    .set({
      done: step.done,
      total: step.total,
      checkpoint: JSON.stringify(step.checkpoint),
      attempts: 0,
      problem: null,
      claimed_until: until.toISOString(),
    })
    .where('id', '=', id)
    .where('claimed_by', '=', owner)
    .where(isInState('running'))
    .returning('wish')
    .executeTakeFirst()
  return row === undefined ? undefined : row.wish
}

/** Says that the worker of a step that takes long is alive. */
export async function renewClaim(tx: Tx, id: number, { owner, until }: Claim): Promise<void> {
  await tx
    .updateTable('job')
    .set({ claimed_until: until.toISOString() })
    .where('id', '=', id)
    .where('claimed_by', '=', owner)
    .where(isInState('running'))
    .execute()
}

/** How a worker lets go of a job. */
export type Release =
  | { as: 'done' | 'cancelled' | 'paused' | 'waiting' }
  | { as: 'failed'; problem: string }
  /** Tried again at one of these moments, by how often it failed since its last step; then no more. */
  | { as: 'thrown'; problem: string; retries: readonly Date[] }

/** @returns how the job stands from now on; null when it is another owner's */
export async function releaseJob(
  tx: Tx,
  id: number,
  owner: string,
  release: Release,
  now: Date,
): Promise<JobStatus | null> {
  const row = await tx
    .updateTable('job')
    .set({ ...releasedColumns(release, now), claimed_by: null, claimed_until: null })
    .where('id', '=', id)
    .where('claimed_by', '=', owner)
    .where(isInState('running'))
    .returning('status')
    .executeTakeFirst()
  return row?.status ?? null
}

function releasedColumns(release: Release, now: Date) {
  const ended_at = now.toISOString()
  switch (release.as) {
    case 'done':
      return { status: release.as, wish: null, ended_at }
    case 'cancelled':
      return { status: release.as, wish: null, ended_at }
    case 'failed':
      return { status: release.as, wish: null, ended_at, problem: release.problem }
    case 'paused':
      return { status: release.as, wish: null }
    case 'waiting':
      return { status: release.as }
    case 'thrown':
      return thrownColumns(release, ended_at)
  }
}

/** The row alone knows how often: a step that its worker noted since the claim began to count anew. */
function thrownColumns({ problem, retries }: Release & { as: 'thrown' }, endedAt: string) {
  const again = sql<boolean>`attempts < ${sql.lit(retries.length)}`
  const moments = retries.map((at, times) => sql`when ${sql.lit(times)} then ${at.toISOString()}`)
  return {
    status: sql<JobStatus>`case when ${again} then 'waiting' else 'failed' end`,
    wish: sql<Job['wish']>`case when ${again} then wish end`,
    ended_at: sql<string | null>`case when ${again} then ended_at else ${endedAt} end`,
    next_attempt_at: sql<string>`case attempts ${sql.join(moments, sql` `)} else next_attempt_at end`,
    attempts: sql<number>`attempts + 1`,
    problem,
  }
}
