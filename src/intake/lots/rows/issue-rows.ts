import { lockFor } from '../../../db/lock.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import type { JobEnd } from '../../../work/job-worker.ts'
import { takenByPrograms } from '../../emissions/emission-store.ts'
import type { Lot } from '../lot.ts'
import { referencesAfter, setOutcomes } from './draft-store.ts'
import { giveBackReferences, takeReferences } from './reference-store.ts'

const GROUP = 1_000

type Move = (tx: Tx, lot: Lot, places: readonly { n: number; reference: string }[]) => Promise<void>

/**
 * What publishing means for rows: they wait to be issued («por emitir»), each under a reference that
 * no other one has. One that another lot or a program took in the meantime is left out, as a
 * repeated one.
 */
export function issueRows(db: Db, job: HeldJob, lot: Lot): Promise<JobEnd> {
  return inGroups(db, job, lot, 'new', async (tx, { id, documentKind }, places) => {
    if (documentKind === null) throw new Error('Rows in a lot of documents')
    const asked = await takenByPrograms(
      tx,
      documentKind,
      places.map(({ reference }) => reference),
    )
    const free = places.filter(({ reference }) => !asked.has(reference))
    const taken = await takeReferences(tx, id, documentKind, free)
    const [ours, lost] = [true, false].map((won) =>
      places.flatMap(({ n }) => (taken.has(n) === won ? [n] : [])),
    ) as [number[], number[]]
    await setOutcomes(tx, id, ours, 'to-issue')
    await setOutcomes(tx, id, lost, 'repeated')
  })
}

/** Rows that nobody has issued yet wait no longer. */
export function withdrawRows(db: Db, job: HeldJob, lot: Lot): Promise<JobEnd> {
  return inGroups(db, job, lot, 'to-issue', async (tx, { id }, places) => {
    const all = places.map(({ n }) => n)
    await giveBackReferences(tx, id, all)
    await setOutcomes(tx, id, all, 'withdrawn')
  })
}

/** Goes through the receipts in rows of a lot that stand one way, a thousand a transaction. */
export async function inGroups(
  db: Db,
  job: HeldJob,
  lot: Lot,
  outcome: 'new' | 'to-issue',
  move: Move,
): Promise<JobEnd> {
  let { done } = job.last
  let after = (job.last.checkpoint as number | null) ?? 0
  for (;;) {
    const moved = await transaction(db, async (tx) => {
      // What waits to be issued is issued or withdrawn, and never both; nor do programs take a
      // reference at the same moment.
      await lockFor(tx, 'numbering')
      const page = { afterN: after, limit: GROUP }
      const places = await referencesAfter(tx, lot.id, outcome, page)
      const last = places.at(-1)
      if (!last) return null
      await move(tx, lot, places)
      const step = { done: done + places.length, total: job.last.total, checkpoint: last.n }
      await job.note(tx, step)
      return step
    })
    if (moved === null) return { as: 'done' }
    done = moved.done
    after = moved.checkpoint
    if (!job.goesOn) return { as: 'stopped' }
  }
}
