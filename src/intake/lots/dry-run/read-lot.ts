import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import type { JobEnd, JobKind } from '../../../work/job-worker.ts'
import type { PreparedFile } from '../../preparation/prepare-file.ts'
import type { PrepareNeeds } from '../../prepare-groups.ts'
import { prepareGroups } from '../../prepare-groups.ts'
import { walkLot } from '../lot-folder.ts'
import { keepItems, keysAfter } from '../lot-item-store.ts'
import { keepSummary, lotById } from '../lot-store.ts'
import type { LotSummary } from '../lot-summary.ts'
import { emptySummary } from '../lot-summary.ts'
import { keepVerdicts } from '../lot-verdict-store.ts'
import { openLot } from '../open-lot.ts'
import { readRowsLot } from '../rows/read-rows-lot.ts'
import { foresee } from './foresee-group.ts'
import { stillMissing } from './gap-store.ts'
import { NumberGaps } from './number-gaps.ts'
import { endReading, stopReading } from './stop-reading.ts'

/** What reading and publishing lots needs of the world. */
export interface LotNeeds extends PrepareNeeds {
  dataDir: string
}

/** The kind of job that reads a lot. */
export const READ_LOT = 'lot.read'

/**
 * The dry run: reads every document of a lot and foresees what publishing it would do. Receipts,
 * owners and mails are left as they are.
 */
export function readLotJob(needs: LotNeeds): JobKind {
  return {
    run: (job) => readLot(needs, job),
    ended: async (tx, lotId, as) => {
      if (as === 'done') await endReading(tx, lotId)
      if (as === 'cancelled') await stopReading(tx, lotId, needs.now())
    },
  }
}

async function readLot(needs: LotNeeds, job: HeldJob): Promise<JobEnd> {
  const { db } = needs
  const lot = await lotById(db, job.subjectId)
  const opened = await openLot(needs, lot)
  if (!opened.ok) return { as: 'failed', problem: opened.problem }
  const { places } = opened
  if (lot.kind === 'rows') return readRowsLot(needs, job, lot, places)
  let summary = (job.last.checkpoint ?? emptySummary()) as LotSummary
  let { done } = job.last
  const options = { purpose: 'survey', skip: done } as const
  for await (const group of prepareGroups(walkLot(places), needs, options)) {
    const before = { done, summary }
    summary = await transaction(db, (tx) => noteGroup(tx, job, before, group))
    done += group.length
    if (!job.goesOn) return { as: 'stopped' }
  }
  await addGaps(db, lot.id, summary)
  await transaction(db, async (tx) => {
    await keepSummary(tx, lot.id, summary)
    await job.note(tx, { done, total: done, checkpoint: summary })
  })
  return { as: 'done' }
}

/** Answers the summary with the group added; the one before stays, should the story be told again. */
async function noteGroup(
  tx: Tx,
  job: HeldJob,
  before: { done: number; summary: LotSummary },
  group: readonly PreparedFile[],
): Promise<LotSummary> {
  const summary = structuredClone(before.summary)
  const items = await foresee(tx, job.subjectId, before.done, group, summary)
  await keepItems(tx, job.subjectId, items)
  await keepVerdicts(tx, job.subjectId, before.done, group)
  const done = before.done + group.length
  await job.note(tx, { done, total: job.last.total, checkpoint: summary })
  return summary
}

const GAPS_SHOWN = 100
const KEYS_A_SLICE = 10_000

/** Looks for holes in the numbering, once all of the lot is known. */
async function addGaps(db: Db, lotId: number, summary: LotSummary): Promise<void> {
  const numbers = new NumberGaps()
  for (let after = 0; ; ) {
    const keys = await keysAfter(db, lotId, after, KEYS_A_SLICE)
    for (const { accessKey } of keys) numbers.add(accessKey)
    after = keys.at(-1)?.n ?? after
    if (keys.length < KEYS_A_SLICE) break
  }
  const found = numbers.find()
  const looked = found.slice(0, GAPS_SHOWN)
  const gaps = (await Promise.all(looked.map((gap) => stillMissing(db, gap)))).flat()
  const unlooked = found.slice(GAPS_SHOWN)
  summary.gaps = gaps.slice(0, GAPS_SHOWN)
  summary.missing = [...gaps, ...unlooked].reduce((sum, { from, to }) => sum + to - from + 1, 0)
}
