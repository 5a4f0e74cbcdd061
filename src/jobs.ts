import type { Context } from './context.ts'
import { FOLLOW_RECEIPTS, followReceiptsJob } from './intake/lots/journey/follow-receipts.ts'
import { lotJobs } from './intake/lots/lot-jobs.ts'
import type { JobWorker } from './work/job-worker.ts'
import { createJobWorker } from './work/job-worker.ts'

/** The map of long work: every kind of job there is, and a worker that does it. */
export function openJobWorker(context: Context, options: { leaseMs?: number } = {}): JobWorker {
  const { config, db, keys, log, now, policy, random } = context
  const { dataDir, issuers } = config
  const needs = { db, keys, now, policy, random, issuers, dataDir }
  return createJobWorker({
    db,
    now,
    log,
    kinds: new Map([...lotJobs(needs), [FOLLOW_RECEIPTS, followReceiptsJob(needs)]]),
    ...options,
  })
}
