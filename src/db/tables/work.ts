import type { Generated } from 'kysely'

export interface WorkTables {
  job: JobTable
  worker: WorkerTable
}

export type JobStatus = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled'

/** Long work, done by a worker a step at a time; each step notes here how far it came. */
interface JobTable {
  id: Generated<number>
  kind: string
  /** What it is done to: the lot of a `lot.…`. */
  subject_id: number
  status: JobStatus
  /** What somebody asks of it while it runs; granted between two steps. */
  wish: 'pause' | 'cancel' | null
  done: number
  /** Null while nobody knows how much there is. */
  total: number | null
  /** JSON: what the next step has to know of those before. */
  checkpoint: string
  /** Failures in a row. */
  attempts: number
  next_attempt_at: string
  claimed_by: string | null
  /** By then its worker says that it lives, or somebody else takes it. */
  claimed_until: string | null
  /** Since when, and from where, it is on its way without a break: for its speed. */
  resumed_at: string | null
  resumed_done: number
  /** Why it failed or waits to be tried again, for staff. */
  problem: string | null
  created_by: number | null
  created_at: string
  ended_at: string | null
}

/** A process that does the work that waits, as it last said of itself. */
interface WorkerTable {
  owner: string
  host: string
  version: string
  started_at: string
  seen_at: string
  /** Since when it has found the mail server shut; null while it is open. */
  mail_down_since: string | null
}
