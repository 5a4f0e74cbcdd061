import type { Policy } from '../../policy/policy.ts'
import type { Keys } from '../../values/keys.ts'
import type { JobKind } from '../../work/job-worker.ts'
import type { LotNeeds } from './dry-run/read-lot.ts'
import { READ_LOT, readLotJob } from './dry-run/read-lot.ts'
import { PUBLISH_LOT, publishLotJob } from './publish-lot.ts'
import { ISSUE_LOT, issueLotJob } from './rows/issue-lot.ts'
import { WITHDRAW_LOT, withdrawLotJob } from './withdraw-lot.ts'

/** What may be done to a lot at length, by the kind of its job. */
export const LOT_JOBS = [READ_LOT, PUBLISH_LOT, ISSUE_LOT, WITHDRAW_LOT]

interface Needs extends LotNeeds {
  policy: Pick<Policy, 'firstLogin' | 'intake'>
  keys: Pick<Keys, 'audit'>
  random: (length: number) => Buffer
}

/** The long work there is about lots. */
export function lotJobs(needs: Needs): Map<string, JobKind> {
  return new Map([
    [READ_LOT, readLotJob(needs)],
    [PUBLISH_LOT, publishLotJob(needs)],
    [WITHDRAW_LOT, withdrawLotJob(needs)],
    [ISSUE_LOT, issueLotJob(needs)],
  ])
}
