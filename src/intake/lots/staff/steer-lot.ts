import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Staff } from '../../../identity/person.ts'
import { propose } from '../../../identity/staff/approvals/propose.ts'
import { holdRight } from '../../../identity/staff/right-store.ts'
import type { Keys } from '../../../values/keys.ts'
import { lastJobOf, resumeJob, stopJob } from '../../../work/job-store.ts'
import { stopReading } from '../dry-run/stop-reading.ts'
import type { Lot } from '../lot.ts'
import { lotSubject } from '../lot.ts'
import { LOT_JOBS } from '../lot-jobs.ts'
import { endLot, holdLot, moveLot } from '../lot-store.ts'
import { publishable } from '../lot-summary.ts'
import { recount } from '../recount.ts'
import { beginIssuingLot, ISSUE_LOT } from '../rows/issue-lot.ts'
import { isWithdrawable } from '../withdraw-lot.ts'
import type { LotRefusal } from './messages.ts'
import { hasReaders } from './reader-store.ts'

interface SteerNeeds {
  db: Db
  keys: Keys
  now: () => Date
}

export type Steered = { ok: true } | { ok: false; refusal: LotRefusal | 'signed-out' }

/** Leaves the publication of a lot that was read for a second person to decide. */
export async function proposePublication(
  { db, keys, now }: SteerNeeds,
  actor: Staff,
  lot: Lot,
  reason: string,
): Promise<Steered> {
  const proposal = { kind: 'lot.publish', subject: lotSubject(lot), payload: null, reason } as const
  return transaction(db, async (tx): Promise<Steered> => {
    if (!(await holdRight(tx, actor, 'lots.load'))) return { ok: false, refusal: 'signed-out' }
    // From here on nobody corrects it.
    const { status, summary } = await holdLot(tx, lot.id)
    if (status !== 'ready' && status !== 'stopped') return refuse('moved')
    if (summary && publishable(summary) === 0) return refuse('nothing-new')
    return propose(tx, keys, actor, proposal, now())
  })
}

/** The same of taking its receipts out again; nobody may have opened one. */
export async function proposeWithdrawal(
  { db, keys, now }: SteerNeeds,
  actor: Staff,
  lot: Lot,
  reason: string,
): Promise<Steered> {
  if (!isWithdrawable(lot)) return refuse('moved')
  if (await hasReaders(db, lot.id)) return refuse('opened')
  const proposal = {
    kind: 'lot.withdraw',
    subject: lotSubject(lot),
    payload: null,
    reason,
  } as const
  return transaction(db, (tx) => propose(tx, keys, actor, proposal, now()))
}

/** What whoever loads may do to the work on a lot. */
export const steering = {
  /** Halts what is under way between two steps. */
  pause: {
    action: 'lot.paused',
    act: async (tx: Tx, lot: Lot, now: Date) => stop(tx, lot, 'pause', now),
  },
  /** Goes on, or tries what failed once more. */
  resume: {
    action: 'lot.resumed',
    act: async (tx: Tx, lot: Lot, now: Date) => {
      const job = await lastJobOf(tx, lot.id, LOT_JOBS)
      return job && (await resumeJob(tx, job.id, now)) ? null : 'job-over'
    },
  },
  /** Ends what is under way; what was done stays done. */
  cancel: {
    action: 'lot.stopped',
    act: async (tx: Tx, lot: Lot, now: Date) => stop(tx, lot, 'cancel', now),
  },
  /** Gives numbers to what got none before. */
  issue: {
    action: 'lot.resumed',
    act: async (tx: Tx, lot: Lot, now: Date) => {
      const { status } = await holdLot(tx, lot.id)
      if (status !== 'published') return 'moved'
      const begun = await beginIssuingLot(tx, lot.id, now)
      return begun === 'begun' ? null : begun === 'no-issuer' ? 'no-issuer' : 'job-over'
    },
  },
  /** Puts a lot aside that nobody is going to publish. */
  discard: {
    action: 'lot.discarded',
    act: async (tx: Tx, lot: Lot, now: Date) =>
      lot.publishedAt === null && (await endLot(tx, lot.id, ['ready'], 'discarded', now))
        ? null
        : 'moved',
  },
} as const satisfies Record<
  string,
  { action: string; act: (tx: Tx, lot: Lot, now: Date) => Promise<LotRefusal | null> }
>

async function stop(
  tx: Tx,
  lot: Lot,
  how: 'pause' | 'cancel',
  now: Date,
): Promise<LotRefusal | null> {
  const job = await lastJobOf(tx, lot.id, LOT_JOBS)
  // What a second person approved to be issued is paused, and not given up by one.
  if (how === 'cancel' && job?.kind === ISSUE_LOT) return 'job-over'
  const stopped = job === null ? null : await stopJob(tx, job.id, how, now)
  if (stopped === null || stopped === 'over') return 'job-over'
  if (how === 'cancel' && stopped === 'stopped') await endedWithoutWorker(tx, lot, now)
  return null
}

/** What its worker would have done at the end of a job that none held. */
async function endedWithoutWorker(tx: Tx, lot: Lot, now: Date): Promise<void> {
  if (await stopReading(tx, lot.id, now)) return
  if (await moveLot(tx, lot.id, ['publishing', 'withdrawing'], 'stopped')) await recount(tx, lot.id)
}

/** Does one of these, by somebody who may load at this very moment, and notes it. */
export async function steerLot(
  { db, keys, now }: SteerNeeds,
  actor: Staff,
  lot: Lot,
  { action, act }: (typeof steering)[keyof typeof steering],
): Promise<Steered> {
  return transaction(db, async (tx): Promise<Steered> => {
    if (!(await holdRight(tx, actor, 'lots.load'))) return { ok: false, refusal: 'signed-out' }
    const refusal = await act(tx, lot, now())
    if (refusal !== null) return refuse(refusal)
    const entry = { actor: `login:${actor.loginId}`, action, subject: lotSubject(lot) }
    await record(tx, keys.audit, entry, now())
    return { ok: true }
  })
}

function refuse(refusal: LotRefusal): Steered {
  return { ok: false, refusal }
}
