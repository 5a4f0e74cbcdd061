import type { Context } from './context.ts'
import { FOLLOW_RECEIPTS, followReceiptsJob } from './intake/lots/journey/follow-receipts.ts'
import { lotJobs } from './intake/lots/lot-jobs.ts'
import { followIssued } from './intake/lots/rows/issue-lot.ts'
import { certificateSigning } from './issuing/certificates/certificate-signing.ts'
import { signingIdentityOf } from './issuing/certificates/certificate-store.ts'
import { createCourier } from './issuing/courier/courier.ts'
import { createMaker } from './issuing/making/maker.ts'
import { rideMarkOf } from './policy/ride-mark.ts'
import { SEAL_MONTHS, sealMonthsJob } from './practice/completeness/seal-months.ts'
import { MAKE_PACKAGE, makePackageJob } from './practice/packages/making/make-package.ts'
import { ANSWER_QUERY, answerQueryJob } from './practice/queries/answer-query.ts'
import { JUDGE_SIGNATURES, judgeSignaturesJob } from './receipts/signatures/judge-receipts.ts'
import { ADD_UP_TAXES, addUpTaxesJob } from './receipts/taxes/add-up-taxes.ts'
import { createRidePool } from './ride/ride-pool.ts'
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

/** Enough to draw as fast as a package is written. */
const DRAWING_THREADS = 2

/** The map of long work: every kind of job there is, and the workers that do it. */
export function openJobWorker(context: Context, options: { leaseMs?: number } = {}): JobWorker {
  const { config, db, keys, log, now, policy, random } = context
  const { dataDir, issuers, signatureAuthorities: authorities } = config
  const needs = { db, keys, now, policy, random, issuers, authorities, dataDir }
  const lots = createJobWorker({
    db,
    now,
    log,
    kinds: new Map([
      ...lotJobs(needs),
      [FOLLOW_RECEIPTS, followReceiptsJob(needs)],
      [JUDGE_SIGNATURES, judgeSignaturesJob(needs)],
      [ADD_UP_TAXES, addUpTaxesJob(needs)],
    ]),
    ...options,
  })
  return both(lots, openPackageWorker(context, options))
}

/** What readers ask for is done beside what the bank loads, so that neither waits for the other. */
function openPackageWorker(context: Context, options: { leaseMs?: number }): JobWorker {
  const { config, db, keys, live, log, now, policy } = context
  const ridePool = createRidePool({ ...rideMarkOf(policy), size: DRAWING_THREADS })
  live.onChange((changed) => ridePool.repaint(rideMarkOf(changed)))
  const needs = { db, dataDir: config.dataDir, ridePool, policy, keys, now, log }
  const worker = createJobWorker({
    db,
    now,
    log,
    kinds: new Map([
      [ANSWER_QUERY, answerQueryJob(needs)],
      [MAKE_PACKAGE, makePackageJob(needs)],
      [SEAL_MONTHS, sealMonthsJob({ db, now })],
    ]),
    ...options,
  })
  const stop = async () => {
    await worker.stop()
    await ridePool.close()
  }
  return { ...worker, stop }
}

function both(one: JobWorker, other: JobWorker): JobWorker {
  const workers = [one, other]
  return {
    start: () => {
      for (const worker of workers) worker.start()
    },
    runOnce: async () => {
      await Promise.all(workers.map((worker) => worker.runOnce()))
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
  }
}
