import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { JobStatus } from '../db/tables/work.ts'
import type { Tx } from '../db/transaction.ts'
import type { Job } from './job.ts'

/** Work to be begun; null for `createdBy` when no person asked for it. */
export interface NewJob {
  kind: string
  subjectId: number
  total: number | null
  checkpoint: unknown
  createdBy: number | null
}

/**
 * Adds a job, in the transaction of the fact that it follows from.
 *
 * @returns its id; null when one of the kind is under way for the subject already
 */
export async function addJob(tx: Tx, job: NewJob, now: Date): Promise<number | null> {
  const at = now.toISOString()
  const row = await tx
    .insertInto('job')
    .values({
      kind: job.kind,
      subject_id: job.subjectId,
      status: 'waiting',
      done: 0,
      total: job.total,
      checkpoint: JSON.stringify(job.checkpoint),
      attempts: 0,
      next_attempt_at: at,
      resumed_done: 0,
      created_by: job.createdBy,
      created_at: at,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/**
 * Lets a job that recurs and has no subject begin anew, from where it came the last time; the first
 * time it is added. One that is under way, or paused, is left alone.
 */
export async function repeatJob(tx: Tx, kind: string, now: Date): Promise<void> {
  const last = await lastJobOf(tx, NO_SUBJECT, [kind])
  if (last === null) {
    const first = { kind, subjectId: NO_SUBJECT, total: null, checkpoint: null, createdBy: null }
    await addJob(tx, first, now)
    return
  }
  await tx
    .updateTable('job')
    .set({ status: 'waiting', next_attempt_at: now.toISOString(), attempts: 0, problem: null })
    .where('id', '=', last.id)
    .where('status', 'in', ['done', 'failed', 'cancelled'])
    .execute()
}

/** When a job of a kind that recurs came to its end the last time; null when it never did. */
export async function lastRunOf(db: Db, kind: string): Promise<Date | null> {
  return (await lastJobOf(db, NO_SUBJECT, [kind]))?.endedAt ?? null
}

const NO_SUBJECT = 0

// A bound parameter would keep SQLite from seeing that the partial index fits.
export const isInState = (status: JobStatus) => sql<boolean>`status = ${sql.lit(status)}`

/**
 * Asks a running job to stop between two steps; one that waits or pauses stops at once, and nobody
 * but the caller says what follows from that.
 */
export async function stopJob(
  tx: Tx,
  id: number,
  how: 'pause' | 'cancel',
  now: Date,
): Promise<'asked' | 'stopped' | 'over'> {
  const asked = await tx
    .updateTable('job')
    .set({ wish: how })
    .where('id', '=', id)
    .where(isInState('running'))
    .executeTakeFirst()
  if (asked.numUpdatedRows > 0n) return 'asked'
  const stopped = await tx
    .updateTable('job')
    .set(
      how === 'pause'
        ? { status: 'paused', wish: null }
        : { status: 'cancelled', wish: null, ended_at: now.toISOString() },
    )
    .where('id', '=', id)
    .where('status', 'in', how === 'pause' ? ['waiting'] : ['waiting', 'paused', 'failed'])
    .executeTakeFirst()
  return stopped.numUpdatedRows > 0n ? 'stopped' : 'over'
}

/** Lets a paused job go on, one that was asked to pause not stop, and one that failed try again. */
export async function resumeJob(tx: Tx, id: number, now: Date): Promise<boolean> {
  const kept = await tx
    .updateTable('job')
    .set({ wish: null })
    .where('id', '=', id)
    .where(isInState('running'))
    .where('wish', '=', 'pause')
    .executeTakeFirst()
  if (kept.numUpdatedRows > 0n) return true
  const { numUpdatedRows } = await tx
    .updateTable('job')
    .set({
      status: 'waiting',
      wish: null,
      next_attempt_at: now.toISOString(),
      attempts: 0,
      ended_at: null,
      problem: null,
    })
    .where('id', '=', id)
    .where('status', 'in', ['paused', 'failed'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The newest job of a subject among some kinds. */
export async function lastJobOf(
  db: Db,
  subjectId: number,
  kinds: readonly string[],
): Promise<Job | null> {
  const row = await db
    .selectFrom('job')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('kind', 'in', [...kinds])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? toJob(row) : null
}

export function toJob(row: Selectable<Schema['job']>): Job {
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    status: row.status,
    wish: row.wish,
    done: row.done,
    total: row.total,
    checkpoint: JSON.parse(row.checkpoint),
    attempts: row.attempts,
    resumedAt: row.resumed_at === null ? null : new Date(row.resumed_at),
    resumedDone: row.resumed_done,
    problem: row.problem,
    createdAt: new Date(row.created_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
  }
}
