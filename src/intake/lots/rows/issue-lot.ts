import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { IssuedPlace } from '../../../issuing/courier/settle.ts'
import { beginIssuances } from '../../../issuing/issuance/begin-issuances.ts'
import type { LotPlace } from '../../../issuing/issuance/issuance.ts'
import { listIssuers } from '../../../issuing/issuer/issuer-store.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import { addJob } from '../../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../../work/job-worker.ts'
import type { Lot } from '../lot.ts'
import { holdLot, keepSummary, lotById } from '../lot-store.ts'
import { recount } from '../recount.ts'
import { setOutcomes } from './draft-store.ts'
import { inGroups } from './issue-rows.ts'
import { draftsAt, noteClosed, noteIssued, noteUnissued } from './issuing-item-store.ts'

/** The kind of job that gives the rows of a published lot their numbers. */
export const ISSUE_LOT = 'lot.issue'

interface IssueNeeds {
  db: Db
  now: () => Date
  /** Cryptographically strong bytes. */
  random: (length: number) => Buffer
}

/**
 * Begins to issue what waits for it in a lot, once somebody is known who issues; asked again, it goes
 * through what waits still.
 */
export async function beginIssuingLot(tx: Tx, lotId: number, now: Date): Promise<IssuingBegun> {
  const { kind, summary } = await lotById(tx, lotId)
  if (kind !== 'rows') return 'no-rows'
  if ((await listIssuers(tx)).length === 0) return 'no-issuer'
  const total = summary?.outcomes['to-issue'] ?? null
  const job = { kind: ISSUE_LOT, subjectId: lotId, total, checkpoint: null, createdBy: null }
  return (await addJob(tx, job, now)) === null ? 'under-way' : 'begun'
}

type IssuingBegun = 'begun' | 'no-rows' | 'no-issuer' | 'under-way'

/** Gives each receipt in rows its number and its key; those that get none say why, and wait on. */
export function issueLotJob(needs: IssueNeeds): JobKind {
  return {
    run: async (job) => issueLot(needs, job, await lotById(needs.db, job.subjectId)),
    ended: (tx, lotId) => recount(tx, lotId),
  }
}

function issueLot(needs: IssueNeeds, job: HeldJob, lot: Lot): Promise<JobEnd> {
  return inGroups(needs.db, job, lot, 'to-issue', async (tx, { id: lotId }, places) => {
    const drafts = await draftsAt(
      tx,
      lotId,
      places.map(({ n }) => n),
    )
    const requests = drafts.map(({ n, draft }) => {
      return { source: `lot:${lotId}:${n}`, draft, isFee: draft.isFee ?? false, lot: { lotId, n } }
    })
    const begun = await beginIssuances(tx, requests, needs, needs.now())
    const placed = drafts.map(({ n }, at) => ({ n, begun: begun[at] }))
    const numbered = placed.flatMap(({ n, begun }) => (begun?.ok ? [n] : []))
    await setOutcomes(tx, lotId, numbered, 'issuing')
    const unissued = placed.flatMap(({ n, begun }) =>
      begun && !begun.ok ? [{ n, ...begun.refusal }] : [],
    )
    await noteUnissued(tx, lotId, unissued)
  })
}

/** Lets the places of lots know the receipts that they have become: what the courier calls. */
export async function followIssued(tx: Tx, issued: readonly IssuedPlace[]): Promise<void> {
  const byLot = [...Map.groupBy(issued, (one) => one.lotId)]
  // In one order, so that two couriers never wait for each other.
  for (const [lotId, places] of byLot.sort(([one], [other]) => one - other)) {
    const news = await noteIssued(tx, lotId, places)
    if (news > 0) await countIssued(tx, lotId, news, 'loaded')
  }
}

/** A place of a lot whose document is not issued any more: nobody waits for it. Its reference stays taken. */
export async function letGoIssued(tx: Tx, { lotId, n }: LotPlace): Promise<void> {
  if (await noteClosed(tx, lotId, n)) await countIssued(tx, lotId, 1, 'withdrawn')
}

/**
 * Moves so many of a lot's summary on, without counting all of the lot again. Those that come back
 * while others still get their numbers are not in it yet: the end of that counts anew.
 */
async function countIssued(
  tx: Tx,
  lotId: number,
  news: number,
  to: 'loaded' | 'withdrawn',
): Promise<void> {
  const { summary } = await holdLot(tx, lotId)
  if (summary === null) return
  const { issuing = 0, [to]: before = 0 } = summary.outcomes
  const left = Math.max(0, issuing - news)
  const outcomes = { ...summary.outcomes, issuing: left, [to]: before + news }
  if (outcomes.issuing === 0) delete (outcomes as Partial<typeof outcomes>).issuing
  await keepSummary(tx, lotId, { ...summary, outcomes })
}
