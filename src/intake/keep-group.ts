import type { Db } from '../db/open.ts'
import type { ItemOutcome } from '../db/tables/intake.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import type { Policy } from '../policy/policy.ts'
import type { Kept } from '../receipts/kept/keep-receipts.ts'
import { keepReceipts } from '../receipts/kept/keep-receipts.ts'
import { noteKept } from '../receipts/kept/note-kept.ts'
import type { ReadyReceipt } from '../receipts/kept/ready-receipt.ts'
import type { Keys } from '../values/keys.ts'
import type { LoadedItem } from './load-report.ts'
import { refusedFor } from './messages.ts'
import type { PreparedFile } from './preparation/prepare-file.ts'

interface KeepNeeds {
  db: Db
  policy: Pick<Policy, 'firstLogin'>
  keys: Pick<Keys, 'audit'>
  now: () => Date
  /** Who loads, for the audit chain. */
  actor: string
}

/** What became of one file of a group. */
export interface KeptFile {
  item: LoadedItem
  outcome: ItemOutcome
  /** The receipt that this file brought; null when there was one. */
  receiptId: number | null
}

/**
 * Keeps the receipts of a group in one transaction, and says, in order, what became of each file.
 *
 * @param also what else belongs to the group: written in the same transaction
 */
export async function keepGroup(
  files: readonly PreparedFile[],
  needs: KeepNeeds,
  also: (tx: Tx, kept: readonly KeptFile[]) => Promise<unknown>,
): Promise<KeptFile[]> {
  const write = (refused: ReadonlySet<ReadyReceipt>) =>
    transaction(needs.db, async (tx) => {
      const ready = files.flatMap((file) =>
        file.ready && !refused.has(file.ready) ? [file.ready] : [],
      )
      const outcomes = ready.length === 0 ? [] : await keepReceipts(tx, ready, needs, needs.now())
      const kept = withOutcomes(files, new Map(ready.map((one, at) => [one, outcomes[at]])))
      await also(tx, kept)
      await noteKept(tx, outcomes, needs, needs.now())
      return kept
    })
  try {
    return await write(new Set())
  } catch (error) {
    if (!isAboutOneRow(error)) throw error
    const ready = files.flatMap((file) => (file.ready ? [file.ready] : []))
    return write(new Set(await untakeable(ready, needs)))
  }
}

class Undone extends Error {}

/**
 * The receipts that the database will not take, found by trying ever smaller parts of the group and
 * undoing each: they must not harm the others. A database that takes nothing at all (full disk, lost
 * server) is not a file's fault.
 */
async function untakeable(
  ready: readonly ReadyReceipt[],
  needs: KeepNeeds,
): Promise<ReadyReceipt[]> {
  if (ready.length === 0) return []
  try {
    await transaction(needs.db, async (tx) => {
      await keepReceipts(tx, ready, needs, needs.now())
      throw new Undone()
    })
  } catch (error) {
    if (error instanceof Undone) return []
    if (!isAboutOneRow(error)) throw error
  }
  if (ready.length === 1) return [...ready]
  const half = Math.ceil(ready.length / 2)
  const before = await untakeable(ready.slice(0, half), needs)
  return [...before, ...(await untakeable(ready.slice(half), needs))]
}

/** SQLite names constraints and types; PostgreSQL's classes 22 and 23 are data and integrity. */
function isAboutOneRow(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return false
  return /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(code) || /^2[23][0-9A-Z]{3}$/.test(code)
}

function withOutcomes(
  files: readonly PreparedFile[],
  outcomes: ReadonlyMap<ReadyReceipt, Kept | undefined>,
): KeptFile[] {
  return files.map((file) => {
    if (!file.ready) return rejected(file.name, file.accessKey, file.refusal)
    return keptFile(file.ready, outcomes.get(file.ready))
  })
}

function keptFile(receipt: ReadyReceipt, kept: Kept | undefined): KeptFile {
  const { fileName: name, accessKey: claveAcceso, warnings } = receipt
  if (!kept) return rejected(name, claveAcceso, refusedFor('not-stored'))
  const { outcome, receiptId } = kept
  if (outcome === 'same-key-other-bytes') {
    return { ...rejected(name, claveAcceso, refusedFor(outcome)), outcome: 'clashing' }
  }
  const taken = { claveAcceso, code: null, message: null }
  const item: LoadedItem =
    outcome === 'duplicated'
      ? { name, outcome, ...taken, warnings: [], badSignature: null }
      : {
          name,
          outcome: 'loaded',
          ...taken,
          warnings,
          badSignature: receipt.signature?.fault ?? null,
        }
  // A receipt that was pending is the lot's that brought it; this one brought the answer.
  return { item, outcome, receiptId: outcome === 'loaded' ? receiptId : null }
}

function rejected(
  name: string,
  claveAcceso: string | null,
  refusal: { code: string; message: string },
): KeptFile {
  const nothing = { warnings: [], badSignature: null }
  const item: LoadedItem = { name, outcome: 'rejected', claveAcceso, ...refusal, ...nothing }
  return { item, outcome: 'refused', receiptId: null }
}
