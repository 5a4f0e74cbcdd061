import path from 'node:path'
import type { ItemOutcome } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'
import { transaction } from '../../../db/transaction.ts'
import { dayOf } from '../../../values/day.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import type { JobEnd } from '../../../work/job-worker.ts'
import type { ReceiptInRows } from '../../rows/read-rows.ts'
import { readRows } from '../../rows/read-rows.ts'
import type { LotNeeds } from '../dry-run/read-lot.ts'
import type { Lot } from '../lot.ts'
import { keepSummary } from '../lot-store.ts'
import type { LotSummary } from '../lot-summary.ts'
import { emptySummary } from '../lot-summary.ts'
import { nextPlace, placesInLot } from './draft-store.ts'
import type { PlacedReceipt } from './foresee-rows.ts'
import { keepRows } from './foresee-rows.ts'

/** How far the reading of a lot's rows has come. */
interface RowsCheckpoint {
  /** Which file, from 0; those after the first bring rows that were mended. */
  file: number
  /** Receipts of that file that are through. */
  through: number
  summary: LotSummary
}

/** Begins with a file of mended rows, once those before it are through. */
export function mendedFrom(file: number, summary: LotSummary): RowsCheckpoint {
  return { file, through: 0, summary }
}

/**
 * The dry run of a lot of rows. The first file fills the lot. What a later one brings takes the place
 * of the bad receipt of its reference, or comes to the end; what was good stays as it is.
 */
export async function readRowsLot(
  needs: LotNeeds,
  job: HeldJob,
  lot: Lot,
  files: readonly { name: string; path: string | Uint8Array }[],
): Promise<JobEnd> {
  const begin: RowsCheckpoint = { file: 0, through: 0, summary: emptySummary() }
  let at = (job.last.checkpoint as RowsCheckpoint | null) ?? begin
  let { done } = job.last
  const kind = lot.documentKind
  if (kind === null) throw new Error('Rows in a lot of documents')
  for (const file of files.slice(at.file)) {
    const options = { today: dayOf(needs.now()) }
    const read = () => readRows(path.resolve(String(file.path)), kind, options)
    // A file of mended rows that turns out to be none half-way must not have changed half a lot.
    if (at.file > 0 && at.through === 0) {
      const refusal = await refusalOf(read())
      if (refusal) return { as: 'failed', problem: `«${file.name}»: ${refusal}` }
    }
    let passed = 0
    for await (const batch of read()) {
      if (!batch.ok) return { as: 'failed', problem: `«${file.name}»: ${batch.refusal.message}` }
      passed += batch.receipts.length
      if (passed <= at.through) continue
      done += batch.receipts.length
      const before = { ...at, through: passed }
      at = await transaction(needs.db, (tx) =>
        noteBatch(tx, job, lot, named(batch.receipts, before, file.name), before, done),
      )
      if (!job.goesOn) return { as: 'stopped' }
    }
    at = { ...at, file: at.file + 1, through: 0 }
  }
  const { summary } = at
  await transaction(needs.db, async (tx) => {
    await keepSummary(tx, lot.id, summary)
    await job.note(tx, { done, total: done, checkpoint: at })
  })
  return { as: 'done' }
}

async function refusalOf(batches: ReturnType<typeof readRows>): Promise<string | null> {
  for await (const batch of batches) if (!batch.ok) return batch.refusal.message
  return null
}

/** Rows of a file of mended ones say which it is: of the first, their number says enough. */
function named(
  receipts: readonly ReceiptInRows[],
  { file }: RowsCheckpoint,
  name: string,
): readonly ReceiptInRows[] {
  if (file === 0) return receipts
  return receipts.map((receipt) => {
    return { ...receipt, rows: receipt.rows.map((row) => ({ ...row, file: name })) }
  })
}

async function noteBatch(
  tx: Tx,
  job: HeldJob,
  lot: Lot,
  receipts: readonly ReceiptInRows[],
  before: RowsCheckpoint,
  done: number,
): Promise<RowsCheckpoint> {
  const summary = structuredClone(before.summary)
  const placed = await placeReceipts(tx, lot, receipts, before.file, summary)
  await keepRows(tx, lot, placed, summary)
  // What was corrected counts at once: the rest may be cancelled.
  if (before.file > 0) await keepSummary(tx, lot.id, summary)
  const checkpoint = { ...before, summary }
  await job.note(tx, { done, total: job.last.total, checkpoint })
  return checkpoint
}

/** Gives each receipt its place in the lot; those that were good before have theirs already. */
async function placeReceipts(
  tx: Tx,
  lot: Lot,
  receipts: readonly ReceiptInRows[],
  file: number,
  summary: LotSummary,
): Promise<PlacedReceipt[]> {
  let next = await nextPlace(tx, lot.id)
  const known =
    file === 0
      ? new Map<string, { n: number; outcome: ItemOutcome }>()
      : await placesInLot(
          tx,
          lot.id,
          receipts.map(({ reference }) => reference),
        )
  return receipts.flatMap((receipt) => {
    // Without a reference nothing says which of the bad ones it mends.
    const there = receipt.reference === '' ? undefined : known.get(receipt.reference)
    if (!there) {
      const n = next
      next += 1
      return [{ ...receipt, n }]
    }
    if (there.outcome !== 'refused') return []
    summary.outcomes.refused = (summary.outcomes.refused ?? 1) - 1
    // Its place is taken by the first that brings it; a repeat in the same file is passed over.
    known.set(receipt.reference, { n: there.n, outcome: 'new' })
    return [{ ...receipt, n: there.n }]
  })
}
