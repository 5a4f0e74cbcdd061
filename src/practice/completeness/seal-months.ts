import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { type Day, dayOf, daysBetween } from '../../values/day.ts'
import type { HeldJob } from '../../work/held-job.ts'
import type { JobEnd, JobKind } from '../../work/job-worker.ts'
import type { MonthSeal } from './month-seal.ts'
import { lastSealable, rootOf } from './month-seal.ts'
import type { MonthSums } from './seal-store.ts'
import { addSeal, latestSeals, monthSums, partiesAfter, sealedReceipts } from './seal-store.ts'

/** The kind of job that seals months; it has no subject and recurs. */
export const SEAL_MONTHS = 'practice.seal-months'

const PARTIES_AT_ONCE = 200
/** Keys of late receipts that an edition names; how many there are is in its sums. */
const ADDED_MAX = 100

/** Every taxpayer has their turn within four weeks: everybody's files each day would be too many. */
const TURN_DAYS = 28
const FIRST_TURN = '2000-01-01' as Day

/** How far the walk of a day has come. */
interface Walk {
  readonly day: string
  readonly after: number
  readonly over: boolean
}

/**
 * Once a day goes through everybody: a month that can no longer change gets its seal, and one that
 * changed all the same (a file that came late, a lot that was withdrawn) another edition of it. What
 * changes without changing any sum is found by the fingerprints, when it is the taxpayer's turn.
 */
export function sealMonthsJob(needs: { db: Db; now: () => Date }): JobKind {
  return { run: (job) => walk(needs, job), ended: async () => undefined }
}

async function walk({ db, now }: { db: Db; now: () => Date }, job: HeldJob): Promise<JobEnd> {
  const today = dayOf(now())
  const last = job.last.checkpoint as Walk | null
  if (last?.day === today && last.over) return { as: 'done' }
  const upTo = lastSealable(today)
  let after = last?.day === today ? last.after : 0
  for (;;) {
    const parties = await partiesAfter(db, after, PARTIES_AT_ONCE)
    const seals = await sealsDue(db, parties, { today, upTo }, now())
    after = parties.at(-1) ?? after
    const over = parties.length < PARTIES_AT_ONCE
    await transaction(db, async (tx) => {
      for (const seal of seals) await addSeal(tx, seal)
      const checkpoint: Walk = { day: today, after, over }
      await job.note(tx, { done: after, total: null, checkpoint })
    })
    if (over) return { as: 'done' }
    if (!job.goesOn) return { as: 'stopped' }
  }
}

async function sealsDue(
  db: Db,
  parties: readonly number[],
  { today, upTo }: { today: Day; upTo: string },
  now: Date,
): Promise<MonthSeal[]> {
  if (parties.length === 0) return []
  const sealed = await latestSeals(db, parties)
  const former = new Map(sealed.map((seal) => [placeOf(seal), seal]))
  const due: MonthSeal[] = []
  for (const month of await monthSums(db, parties, upTo)) {
    const before = former.get(placeOf(month))
    former.delete(placeOf(month))
    const isSame = before !== undefined && sameSums(before.sums, month.sums)
    if (isSame && !isTurnOf(month.partyId, today)) continue
    const seal = await sealOf(db, month, before ?? null, now)
    if (!isSame || seal.root !== before.root) due.push(seal)
  }
  // What is left was sealed and is empty by now: everything in it was withdrawn, or is another's.
  for (const seal of former.values()) {
    if (seal.receipts > 0) due.push(await sealOf(db, { ...seal, sums: [] }, seal, now))
  }
  return due
}

/** On which day the files of all sealed months of a party are compared with their seals. */
export function isTurnOf(partyId: number, day: Day): boolean {
  return (daysBetween(FIRST_TURN, day) - partyId) % TURN_DAYS === 0
}

function placeOf({ partyId, month }: Pick<MonthSums, 'partyId' | 'month'>): string {
  return `${partyId} ${month}`
}

function sameSums(one: MonthSums['sums'], other: MonthSums['sums']): boolean {
  const text = (sums: MonthSums['sums']) =>
    sums
      .map(({ kind, status, receipts, cents }) => [kind, status, receipts, cents].join())
      .join(' ')
  return text(one) === text(other)
}

async function sealOf(
  db: Db,
  { partyId, month, sums }: MonthSums,
  before: MonthSeal | null,
  now: Date,
): Promise<MonthSeal> {
  const receipts = await sealedReceipts(db, partyId, month)
  const since = before?.sealedAt.toISOString() ?? null
  const late = since === null ? [] : receipts.filter(({ loadedAt }) => loadedAt > since)
  const added = late.map(({ accessKey }) => accessKey).toSorted()
  return {
    partyId,
    month,
    edition: (before?.edition ?? 0) + 1,
    receipts: receipts.length,
    sums: sums.map(({ kind, status, receipts: count, cents }) => ({
      kind,
      status,
      receipts: count,
      cents,
    })),
    root: rootOf(receipts),
    added: added.slice(0, ADDED_MAX),
    sealedAt: now,
  }
}
