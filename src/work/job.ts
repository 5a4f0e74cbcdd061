import type { JobStatus } from '../db/tables/work.ts'

/** Long work as a row: a worker takes it, does it a step at a time, and notes each step's end. */
export interface Job {
  readonly id: number
  readonly kind: string
  readonly subjectId: number
  readonly status: JobStatus
  readonly wish: 'pause' | 'cancel' | null
  readonly done: number
  /** Null while nobody knows how much there is. */
  readonly total: number | null
  /** What the next step has to know of those before. */
  readonly checkpoint: unknown
  readonly attempts: number
  readonly resumedAt: Date | null
  readonly resumedDone: number
  /** Why it failed or waits to be tried again, in a sentence for staff. */
  readonly problem: string | null
  readonly createdAt: Date
  readonly endedAt: Date | null
}

const LIVE: readonly JobStatus[] = ['waiting', 'running', 'paused']

/** Whether there is still something to come of it. */
export function isLive({ status }: Pick<Job, 'status'>): boolean {
  return LIVE.includes(status)
}

/** How fast a job is and when it will be through; null while that cannot be told. */
export interface Pace {
  readonly perMinute: number
  readonly secondsLeft: number | null
}

const TELLING_SECONDS = 2

/** The pace since the job was last taken up, so that a pause or a night in between does not count. */
export function paceOf(job: Job, now: Date): Pace | null {
  if (job.status !== 'running' || job.resumedAt === null) return null
  const seconds = (now.getTime() - job.resumedAt.getTime()) / 1_000
  const perSecond = (job.done - job.resumedDone) / seconds
  if (seconds < TELLING_SECONDS || perSecond <= 0) return null
  const secondsLeft = job.total === null ? null : Math.ceil((job.total - job.done) / perSecond)
  return { perMinute: Math.round(perSecond * 60), secondsLeft }
}
