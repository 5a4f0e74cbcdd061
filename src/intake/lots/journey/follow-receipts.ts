import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import type { JobEnd, JobKind } from '../../../work/job-worker.ts'
import { factsOf } from './fact-store.ts'
import type { FollowedItem, Move } from './item-store.ts'
import { itemsOfReceipts, itemsToFollow, moveItems } from './item-store.ts'
import type { News } from './news-store.ts'
import { bouncesAfter, readingsAfter } from './news-store.ts'
import { stageOf } from './stage.ts'

/** The kind of job that looks how far receipts have come; it recurs, and has no subject. */
export const FOLLOW_RECEIPTS = 'receipts.follow'

interface FollowNeeds {
  db: Db
  now: () => Date
}

/** How far the read log and the reports have been gone through: the id of the last entry. */
interface Progress {
  readonly readings: number
  readonly bounces: number
}

const SLICE = 1_000
const REPORTS_SLICE = 200

/** An entry may still be on its way into the log behind one that is there already. */
const LATE_MS = 120_000

/**
 * Looks at the receipts of lots whose news moved since the last time: those just published, those on
 * their way, those that somebody read or a server reported. Old lots at rest cost nothing.
 */
export function followReceiptsJob(needs: FollowNeeds): JobKind {
  return { run: (job) => follow(needs, job), ended: async () => undefined }
}

async function follow({ db, now }: FollowNeeds, job: HeldJob): Promise<JobEnd> {
  let progress = (job.last.checkpoint as Progress | null) ?? { readings: 0, bounces: 0 }
  let done = 0
  for await (const slice of slicesOf(db, progress, now())) {
    const moves = await movesOf(db, slice.items, now())
    const further = { ...progress, ...slice.progress }
    done += slice.items.length
    if (moves.length > 0 || !same(progress, further)) {
      // A power cut may undo the last of it: it is looked at again.
      await transaction(
        db,
        async (tx) => {
          await moveItems(tx, moves)
          await job.note(tx, { done, total: null, checkpoint: further })
        },
        'process',
      )
    }
    progress = further
    if (!job.goesOn) return { as: 'stopped' }
  }
  return { as: 'done' }
}

function same(one: Progress, other: Progress): boolean {
  return one.readings === other.readings && one.bounces === other.bounces
}

interface Slice {
  items: readonly FollowedItem[]
  progress?: Partial<Progress>
}

async function* slicesOf(db: Db, progress: Progress, now: Date): AsyncGenerator<Slice> {
  yield* onTheirWay(db, 'unseen')
  yield* onTheirWay(db, 'moving')
  for await (const news of newsAfter(progress.readings, SLICE, (id) =>
    readingsAfter(db, id, SLICE),
  )) {
    const readings = settled(news, now)
    yield { ...(await touched(db, news)), ...(readings && { progress: { readings } }) }
  }
  const reports = (id: number) => bouncesAfter(db, id, REPORTS_SLICE)
  for await (const news of newsAfter(progress.bounces, REPORTS_SLICE, reports)) {
    const bounces = settled(news, now)
    yield { ...(await touched(db, news)), ...(bounces && { progress: { bounces } }) }
  }
}

async function* onTheirWay(db: Db, which: 'unseen' | 'moving'): AsyncGenerator<Slice> {
  for (let after = { lotId: 0, n: 0 }; ; ) {
    const items = await itemsToFollow(db, which, after, SLICE)
    yield { items }
    const last = items.at(-1)
    if (!last || items.length < SLICE) return
    after = last
  }
}

async function* newsAfter(
  start: number,
  size: number,
  read: (after: number) => Promise<News[]>,
): AsyncGenerator<News[]> {
  for (let after = start; ; ) {
    const news = await read(after)
    if (news.length > 0) yield news
    if (news.length < size) return
    after = news.at(-1)?.id ?? after
  }
}

/** Behind which entry nothing more can come; undefined when that may be any. */
function settled(news: readonly News[], now: Date): number | undefined {
  const until = new Date(now.getTime() - LATE_MS).toISOString()
  return news.findLast(({ at }) => at <= until)?.id
}

async function touched(db: Db, news: readonly News[]): Promise<Slice> {
  const ids = new Set(news.flatMap(({ receiptIds }) => receiptIds))
  return { items: await itemsOfReceipts(db, [...ids]) }
}

async function movesOf(db: Db, items: readonly FollowedItem[], now: Date): Promise<Move[]> {
  if (items.length === 0) return []
  const ids = items.map(({ receiptId }) => receiptId)
  const facts = await factsOf(db, ids, now)
  return items.flatMap((item) => {
    const found = facts.get(item.receiptId)
    const to = found ? stageOf(found) : null
    return to === null || to === item.stage ? [] : [{ item, to }]
  })
}
