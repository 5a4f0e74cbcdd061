import { forgetLoads } from './backoffice/customers/load/forget-loads.ts'
import type { Context } from './context.ts'
import { transaction } from './db/transaction.ts'
import { forgetExpired } from './identity/forget-expired.ts'
import { forgetLotFiles } from './intake/lots/forget-lot-files.ts'
import { FOLLOW_RECEIPTS } from './intake/lots/journey/follow-receipts.ts'
import { followAnnulments } from './issuing/annulments/follow-annulments.ts'
import { announceExpiry } from './issuing/certificates/announce-expiry.ts'
import { SEAL_MONTHS } from './practice/completeness/seal-months.ts'
import { announceEnding } from './practice/grants/announce-ending.ts'
import { forgetPackages } from './practice/packages/forget-packages.ts'
import { forgetOldAnswers } from './practice/programs/answer-once.ts'
import { forgetQueries } from './practice/queries/forget-queries.ts'
import { sendDigests } from './receipts/alerts/send-digests.ts'
import { forgetEvents } from './receipts/feed/forget-events.ts'
import { beginJudging } from './receipts/signatures/judge-receipts.ts'
import { beginAddingUp } from './receipts/taxes/add-up-taxes.ts'
import { repeatJob } from './work/job-store.ts'

interface Job {
  name: string
  everySeconds: number
  run(context: Context): Promise<unknown>
}

/** The map of the clock: what recurs, how often, and the one call it makes. */
const JOBS: readonly Job[] = [
  {
    name: 'send digests',
    everySeconds: 300,
    run: ({ db, keys, policy, now }) =>
      sendDigests(db, { sealKey: keys.seal, digestHour: policy.mail.digestHour }, now()),
  },
  {
    name: 'forget files of customers',
    everySeconds: 3_600,
    run: ({ db, config, now }) => forgetLoads(db, config.dataDir, now()),
  },
  {
    // The look itself is long work, and done where that is.
    name: 'follow receipts',
    everySeconds: 60,
    run: ({ db, now }) => transaction(db, (tx) => repeatJob(tx, FOLLOW_RECEIPTS, now())),
  },
  {
    name: 'judge signatures',
    everySeconds: 60,
    run: ({ db, now }) => beginJudging(db, now()),
  },
  {
    name: 'add up taxes',
    everySeconds: 60,
    run: ({ db, now }) => beginAddingUp(db, now()),
  },
  {
    name: 'follow annulments',
    everySeconds: 60,
    run: followAnnulments,
  },
  {
    name: 'announce expiring certificates',
    everySeconds: 3_600,
    run: ({ db, keys, now }) => announceExpiry(db, keys.seal, now()),
  },
  {
    name: 'announce ending accesses',
    everySeconds: 3_600,
    run: ({ db, keys, random, now }) => announceEnding(db, { keys, random }, now()),
  },
  {
    name: 'forget expired',
    everySeconds: 3_600,
    run: ({ db, policy, now }) => forgetExpired(db, policy.retention, now()),
  },
  {
    name: 'forget events',
    everySeconds: 3_600,
    run: ({ db, policy, now }) => forgetEvents(db, policy.retention, now()),
  },
  {
    // Once a day is enough of it, and the work itself knows.
    name: 'seal months',
    everySeconds: 3_600,
    run: ({ db, now }) => transaction(db, (tx) => repeatJob(tx, SEAL_MONTHS, now())),
  },
  {
    name: 'forget packages',
    everySeconds: 600,
    run: ({ config, db, now }) => forgetPackages({ db, dataDir: config.dataDir }, now()),
  },
  {
    name: 'forget batch queries',
    everySeconds: 3_600,
    run: ({ db, now }) => forgetQueries(db, now()),
  },
  {
    name: 'forget answers to programs',
    everySeconds: 3_600,
    run: ({ db, now }) => forgetOldAnswers(db, now()),
  },
  {
    name: 'forget lot files',
    everySeconds: 3_600,
    run: ({ config, db, policy, now }) =>
      forgetLotFiles({ db, dataDir: config.dataDir }, policy.retention, now()),
  },
]

/** Starts every job and answers how to stop them; stopping waits for the run that is under way. */
export function startSchedule(context: Context, jobs = JOBS): () => Promise<void> {
  const stops = jobs.map((job) => repeat(context, job))
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

function repeat(context: Context, job: Job): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  let busy = false
  const run = async () => {
    busy = true
    try {
      await job.run(context)
    } catch (error) {
      context.log.error({ err: error, job: job.name }, 'job failed')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => {
    if (!busy) running = run()
  }, job.everySeconds * 1_000)
  return async () => {
    clearInterval(timer)
    await running
  }
}
