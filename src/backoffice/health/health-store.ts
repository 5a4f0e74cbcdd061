import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Job } from '../../work/job.ts'
import { isInState, toJob } from '../../work/job-store.ts'

/** Counting stops here. */
export const COUNT_MAX = 10_000

/** What waits in a queue, and since when the oldest is due. */
export interface Queue {
  readonly pending: number
  /** Null when nothing is due. */
  readonly dueSince: Date | null
}

export async function mailLane(db: Db, urgent: boolean, now: Date): Promise<Queue> {
  const waiting = db
    .selectFrom('mail')
    .where(sql<boolean>`status = 'pending'`)
    .where('urgent', '=', urgent ? 1 : 0)
  const { count } = await db
    .selectFrom(waiting.select('id').limit(COUNT_MAX).as('some'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const first = await waiting
    .select('next_attempt_at')
    .where('next_attempt_at', '<=', now.toISOString())
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst()
  return { pending: count, dueSince: first ? new Date(first.next_attempt_at) : null }
}

/** Documents on their way to the SRI and back, and since when the oldest is due. */
export async function issuanceQueue(db: Db, now: Date): Promise<Queue> {
  const waiting = db.selectFrom('issuance').where(sql<boolean>`next_step is not null`)
  const { count } = await db
    .selectFrom(waiting.select('id').limit(COUNT_MAX).as('some'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  let dueSince: string | null = null
  for (const step of ['make', 'send', 'ask'] as const) {
    const first = await db
      .selectFrom('issuance')
      .select('next_at')
      .where('next_step', '=', step)
      .where('next_at', '<=', now.toISOString())
      .orderBy('next_at')
      .limit(1)
      .executeTakeFirst()
    if (first?.next_at && (dueSince === null || first.next_at < dueSince)) dueSince = first.next_at
  }
  return { pending: count, dueSince: dueSince === null ? null : new Date(dueSince) }
}

/** Work that waits, runs or pauses, in the order it was asked for; and, newest first, what failed. */
export async function liveAndFailedJobs(
  db: Db,
  limit: number,
): Promise<{ live: Job[]; failed: Job[] }> {
  const live = await db
    .selectFrom('job')
    .selectAll()
    .where(sql<boolean>`status in ('waiting', 'running', 'paused')`)
    .orderBy('id')
    .limit(limit)
    .execute()
  const failed = await db
    .selectFrom('job')
    .selectAll()
    .where(isInState('failed'))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return { live: live.map(toJob), failed: failed.map(toJob) }
}

/** How long the database takes to answer, in milliseconds. */
export async function answerTime(db: Db): Promise<number> {
  const start = performance.now()
  await sql`select 1`.execute(db)
  return performance.now() - start
}

/** Bytes of the database, and of the files of lots as they came. */
export async function storedBytes(db: Db): Promise<{ database: number; lots: number }> {
  const query = isPostgres(db)
    ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
    : sql<{ bytes: number }>`select page_count * page_size as bytes
        from pragma_page_count(), pragma_page_size()`
  const { rows } = await query.execute(db)
  const lots = await db
    .selectFrom('lot')
    .select(({ fn }) => fn.sum<number | null>('size').as('bytes'))
    .where('folder', 'is not', null)
    .executeTakeFirstOrThrow()
  return { database: rows[0]?.bytes ?? 0, lots: lots.bytes ?? 0 }
}
