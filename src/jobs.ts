import type { Context } from './context.ts'
import { FOLLOW_RECEIPTS, followReceiptsJob } from './intake/lots/journey/follow-receipts.ts'
import { lotJobs } from './intake/lots/lot-jobs.ts'
import { followIssued } from './intake/lots/rows/issue-lot.ts'
import { certificateSigning } from './issuing/certificates/certificate-signing.ts'
import { signingIdentityOf } from './issuing/certificates/certificate-store.ts'
import { createCourier } from './issuing/courier/courier.ts'
import { createMaker } from './issuing/making/maker.ts'
import { ANSWER_QUERY, answerQueryJob } from './practice/queries/answer-query.ts'
import type { JobWorker } from './work/job-worker.ts'
import { createJobWorker } from './work/job-worker.ts'

/** What makes documents and what takes them to the SRI; both go on until they are stopped. */
export function openIssuing(context: Context): { start(): void; stop(): Promise<void> } {
  const { db, keys, log, now, policy, random, sri } = context
  const maker = createMaker({
    db,
    now,
    log,
    signingOf: async ({ ruc, algorithm }) => {
      const identity = await signingIdentityOf(db, keys.seal, ruc)
      return identity && certificateSigning(identity, algorithm)
    },
  })
  const carries = { db, keys, log, now, policy, random, service: sri, follow: followIssued }
  const courier = createCourier(carries)
  return {
    start: () => {
      maker.start()
      courier.start()
    },
    stop: async () => {
      await Promise.all([maker.stop(), courier.stop()])
    },
  }
}

/** The map of long work: every kind of job there is, and a worker that does it. */
export function openJobWorker(context: Context, options: { leaseMs?: number } = {}): JobWorker {
  const { config, db, keys, log, now, policy, random } = context
  const { dataDir, issuers } = config
  const needs = { db, keys, now, policy, random, issuers, dataDir }
  return createJobWorker({
    db,
    now,
    log,
    kinds: new Map([
      ...lotJobs(needs),
      [FOLLOW_RECEIPTS, followReceiptsJob(needs)],
      [ANSWER_QUERY, answerQueryJob(needs)],
    ]),
    ...options,
  })
}
