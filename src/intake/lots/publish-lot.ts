import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Keys } from '../../values/keys.ts'
import type { HeldJob } from '../../work/held-job.ts'
import { addJob } from '../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../work/job-worker.ts'
import { keepGroup } from '../keep-group.ts'
import { prepareGroups } from '../prepare-groups.ts'
import type { LotNeeds } from './dry-run/read-lot.ts'
import { publishablePlaces } from './foreseen-store.ts'
import type { Lot } from './lot.ts'
import { lotSubject } from './lot.ts'
import { walkLot } from './lot-folder.ts'
import { noteItems } from './lot-item-store.ts'
import { endPublishing, lotById, moveLot, notePublisher } from './lot-store.ts'
import { documentsIn, emptySummary, publishable } from './lot-summary.ts'
import { dropVerdicts, withVerdicts } from './lot-verdict-store.ts'
import { openLot } from './open-lot.ts'
import { recount } from './recount.ts'
import { beginIssuingLot } from './rows/issue-lot.ts'
import { issueRows } from './rows/issue-rows.ts'

/** The kind of job that publishes a lot. */
export const PUBLISH_LOT = 'lot.publish'

interface PublishNeeds extends LotNeeds {
  policy: Pick<Policy, 'firstLogin' | 'intake'>
  keys: Pick<Keys, 'audit'>
}

/**
 * Begins to publish a lot that was read, or goes on with one that was stopped: what a second person
 * approves.
 *
 * @returns false when it does not wait for that any more
 */
export async function beginPublishing(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  lot: Pick<Lot, 'id' | 'number' | 'kind' | 'summary'>,
  publisher: number,
  now: Date,
): Promise<boolean> {
  if (!(await moveLot(tx, lot.id, ['ready', 'stopped'], 'publishing'))) return false
  await notePublisher(tx, lot.id, publisher, now)
  const summary = lot.summary ?? emptySummary()
  const total = lot.kind === 'rows' ? publishable(summary) : documentsIn(summary)
  const job = {
    kind: PUBLISH_LOT,
    subjectId: lot.id,
    total,
    checkpoint: null,
    createdBy: publisher,
  }
  if ((await addJob(tx, job, now)) === null) return false
  const actor = `login:${publisher}`
  await record(tx, keys.audit, { actor, action: 'lot.published', subject: lotSubject(lot) }, now)
  return true
}

/** Keeps the receipts of a lot that were foreseen and announces them, a thousand a transaction. */
export function publishLotJob(needs: PublishNeeds): JobKind {
  return {
    run: (job) => publishLot(needs, job),
    ended: async (tx, lotId, as) => {
      await recount(tx, lotId)
      if (as === 'done') {
        await endPublishing(tx, lotId, needs.now())
        await dropVerdicts(tx, lotId)
        await beginIssuingLot(tx, lotId, needs.now())
      }
      if (as === 'cancelled') await moveLot(tx, lotId, ['publishing'], 'stopped')
    },
  }
}

async function publishLot(needs: PublishNeeds, job: HeldJob): Promise<JobEnd> {
  const lot = await lotById(needs.db, job.subjectId)
  if (lot.kind === 'rows') return issueRows(needs.db, job, lot)
  // What a second person approved is what was read: neither other bytes nor other receipts.
  const opened = await openLot(needs, lot, 'bytes')
  if (!opened.ok) return { as: 'failed', problem: opened.problem }
  const keeping = { ...needs, actor: `login:${lot.publishedBy ?? lot.loadedBy}` }
  let { done } = job.last
  const options = { purpose: 'keep', skip: done } as const
  const sources = withVerdicts(needs.db, lot.id, walkLot(opened.places), done)
  for await (const group of prepareGroups(sources, needs, options)) {
    const first = done + 1
    done += group.length
    const places = await publishablePlaces(needs.db, lot.id, { first, last: done })
    const files = places.flatMap((n) => group[n - first] ?? [])
    await keepGroup(files, keeping, async (tx, kept) => {
      await noteItems(tx, lot.id, places, kept)
      await job.note(tx, { done, total: job.last.total, checkpoint: null })
    })
    if (!job.goesOn) return { as: 'stopped' }
  }
  return { as: 'done' }
}
