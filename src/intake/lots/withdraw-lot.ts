import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { withdrawReceipts } from '../../receipts/kept/withdrawn-store.ts'
import type { Keys } from '../../values/keys.ts'
import type { HeldJob } from '../../work/held-job.ts'
import { addJob } from '../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../work/job-worker.ts'
import type { Lot } from './lot.ts'
import { lotSubject } from './lot.ts'
import { countOutcomes, noteAnswersGone, noteWithdrawn, receiptsAfter } from './lot-item-store.ts'
import { endLot, lotById, moveLot } from './lot-store.ts'
import { recount } from './recount.ts'
import { withdrawRows } from './rows/issue-rows.ts'

/** The kind of job that takes a lot's receipts out again. */
export const WITHDRAW_LOT = 'lot.withdraw'

/** What the audit chain calls it; `detail.withdrawn` says how many receipts are gone. */
export const RECEIPTS_WITHDRAWN = 'receipts.withdrawn'

interface WithdrawNeeds {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

/**
 * Whether something of it is with its owners, and nothing is being done to it; of rows, whether one has
 * no number yet: what has gone to the SRI is annulled, not withdrawn.
 */
export function isWithdrawable({ kind, status, publishedAt, summary }: Lot): boolean {
  if (publishedAt === null || !['published', 'stopped', 'ready'].includes(status)) return false
  return kind === 'documents' || (summary?.outcomes['to-issue'] ?? 0) > 0
}

/**
 * Begins to take the receipts of a lot out again: what a second person approves.
 *
 * @returns false when the lot is not published any more
 */
export async function beginWithdrawal(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  lot: Pick<Lot, 'id' | 'number'>,
  approver: number,
  now: Date,
): Promise<boolean> {
  if (!(await moveLot(tx, lot.id, ['published', 'stopped', 'ready'], 'withdrawing'))) return false
  const counts = await countOutcomes(tx, lot.id)
  const total = (counts.loaded ?? 0) + (counts['to-issue'] ?? 0)
  const job = { kind: WITHDRAW_LOT, subjectId: lot.id, total, checkpoint: 0 }
  if ((await addJob(tx, { ...job, createdBy: approver }, now)) === null) return false
  const actor = `login:${approver}`
  await record(tx, keys.audit, { actor, action: 'lot.withdrawn', subject: lotSubject(lot) }, now)
  return true
}

/**
 * Takes out, group by group, every receipt of a lot that nobody has opened; those that somebody opens
 * in the meantime stay, and the lot says so.
 */
export function withdrawLotJob(needs: WithdrawNeeds): JobKind {
  return {
    run: (job) => withdrawLot(needs, job),
    ended: async (tx, lotId, as) => {
      await recount(tx, lotId)
      if (as === 'done') await endLot(tx, lotId, ['withdrawing'], 'withdrawn', needs.now())
      if (as === 'cancelled') await moveLot(tx, lotId, ['withdrawing'], 'stopped')
    },
  }
}

const GROUP = 500

async function withdrawLot(needs: WithdrawNeeds, job: HeldJob): Promise<JobEnd> {
  const lot = await lotById(needs.db, job.subjectId)
  if (lot.kind === 'rows') return withdrawRows(needs.db, job, lot)
  let step = { ...job.last, checkpoint: job.last.checkpoint as number }
  for (;;) {
    const next = await transaction(needs.db, (tx) => withdrawGroup(tx, needs, job, step))
    if (next === null) return { as: 'done' }
    step = next
    if (!job.goesOn) return { as: 'stopped' }
  }
}

/** Null when there is nothing left. */
async function withdrawGroup(
  tx: Tx,
  { keys, now }: WithdrawNeeds,
  job: HeldJob,
  step: { done: number; total: number | null; checkpoint: number },
) {
  const lotId = job.subjectId
  const group = await receiptsAfter(tx, lotId, step.checkpoint, GROUP)
  const last = group.at(-1)
  if (!last) return null
  const ids = await withdrawReceipts(
    tx,
    group.map(({ receiptId }) => receiptId),
    now(),
  )
  const withdrawn = new Set(ids)
  const gone = group.filter(({ receiptId }) => withdrawn.has(receiptId))
  await noteWithdrawn(tx, lotId, gone)
  // What another lot authorised of it is not authorised any more, it is gone.
  const answering = await noteAnswersGone(
    tx,
    gone.map(({ accessKey }) => accessKey),
  )
  for (const other of answering) await recount(tx, other)
  const next = { ...step, done: step.done + group.length, checkpoint: last.n }
  await job.note(tx, next)
  if (ids.length > 0) await noteInChain(tx, keys, lotId, ids.length, now())
  return next
}

async function noteInChain(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  lotId: number,
  withdrawn: number,
  now: Date,
): Promise<void> {
  const entry: AuditEntry = {
    actor: 'system',
    action: RECEIPTS_WITHDRAWN,
    subject: lotSubject(await lotById(tx, lotId)),
    detail: { withdrawn },
  }
  await record(tx, keys.audit, entry, now)
}
