import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { type TaxSum, taxSumsOf } from '../../sri/tax-sums.ts'
import type { HeldJob } from '../../work/held-job.ts'
import { repeatJob } from '../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../work/job-worker.ts'
import { checkedDocumentsOf } from '../documents/document-store.ts'
import { DamagedDocument } from '../documents/stored-document.ts'
import { noteTaxes, type ReceiptTaxes, untaxedReceipts } from './tax-store.ts'

/** The kind of job that writes taxes down; it recurs, and has no subject. */
export const ADD_UP_TAXES = 'receipts.add-up-taxes'

const GROUP = 100
/** Other work waits while this goes on: the rest has its turn a minute later. */
const GROUPS_A_TURN = 20

/** Writes down the taxes of receipts that were kept before anybody did so at loading. */
export function addUpTaxesJob(needs: { db: Db }): JobKind {
  return { run: (job) => addUpSome(needs.db, job), ended: async () => undefined }
}

/** Has taxes written down, if any wait for it. */
export async function beginAddingUp(db: Db, now: Date): Promise<void> {
  if ((await untaxedReceipts(db, 1)).length === 0) return
  await transaction(db, (tx) => repeatJob(tx, ADD_UP_TAXES, now))
}

async function addUpSome(db: Db, job: HeldJob): Promise<JobEnd> {
  let done = 0
  for (let group = 0; group < GROUPS_A_TURN; group += 1) {
    const ids = await untaxedReceipts(db, GROUP)
    const files = await checkedDocumentsOf(db, ids)
    const receipts: ReceiptTaxes[] = []
    for (const receiptId of ids) {
      receipts.push({ receiptId, taxes: taxesIn(files.get(receiptId)) })
      // A hundred of them in one go would make pages wait.
      await letOthersRun()
    }
    done += ids.length
    // A power cut may undo the last of it: it is done again.
    await transaction(
      db,
      async (tx) => {
        await noteTaxes(tx, receipts)
        await job.note(tx, { done, total: null, checkpoint: null })
      },
      'process',
    )
    if (ids.length < GROUP) break
    if (!job.goesOn) return { as: 'stopped' }
  }
  return { as: 'done' }
}

/** A document that cannot be read adds nothing to any sum; the check of the database names it. */
function taxesIn(file: Buffer | DamagedDocument | undefined): TaxSum[] {
  if (file === undefined || file instanceof DamagedDocument) return []
  const reading = readReceipt(file)
  return reading.ok ? taxSumsOf(reading.receipt.summary) : []
}
