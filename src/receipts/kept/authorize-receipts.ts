import { anyOf } from '../../db/bulk-insert.ts'
import { shareLock } from '../../db/lock.ts'
import type { Tx } from '../../db/transaction.ts'
import { bareDocument } from '../../sri/bare-document.ts'
import { inspectReceipt } from '../../sri/inspect-receipt.ts'
import { partiesOf } from '../checks/derived-store.ts'
import { checkedDocumentsOf, openStored } from '../documents/document-store.ts'
import { DamagedDocument } from '../documents/stored-document.ts'
import type { AddedReceipt, PendingReceipt } from './kept-store.ts'
import { pendingReceipts, replacePending } from './kept-store.ts'
import type { ReadyReceipt } from './ready-receipt.ts'

/** A receipt that took the place of a pending one. */
export interface AuthorizedReceipt extends AddedReceipt {
  was: PendingReceipt
}

/**
 * The SRI's answer to receipts that were loaded before it came: each authorised file takes the place
 * of the pending one with its key, when both hold the very same document. Any other is left alone.
 *
 * @param files authorised, and not the files that are stored
 * @returns those that took a place
 */
export async function authorizeReceipts(
  tx: Tx,
  files: readonly ReadyReceipt[],
): Promise<AuthorizedReceipt[]> {
  await shareLock(tx, 'merging')
  const keys = new Set(files.map((file) => file.accessKey))
  const pending = await pendingReceipts(tx, [...keys])
  const ids = pending.map(({ receiptId }) => receiptId)
  const stored = await checkedDocumentsOf(tx, ids)
  const authorized: AuthorizedReceipt[] = []
  for (const one of pending) {
    const document = innerDocument(stored.get(one.receiptId))
    if (document === null) continue
    const receipt = await findAnswer(tx, document, files, one.accessKey)
    if (receipt === null) continue
    const partyIds = await replacePending(tx, one, receipt, await possibleOwners(tx, receipt))
    authorized.push({ receipt, receiptId: one.receiptId, partyIds, was: one })
  }
  return authorized
}

/**
 * Of files without the SRI's answer, those that hold the very document of a receipt that has it: a copy
 * from before, which brings nothing.
 */
export async function answeredAlready(
  tx: Tx,
  files: readonly ReadyReceipt[],
): Promise<Set<ReadyReceipt>> {
  const early = files.filter(({ status }) => status === 'pending')
  const kept = await authorizedIds(tx, [...new Set(early.map(({ accessKey }) => accessKey))])
  const stored = await checkedDocumentsOf(tx, [...kept.values()])
  const answered = new Set<ReadyReceipt>()
  for (const file of early) {
    const document = innerDocument(stored.get(kept.get(file.accessKey) ?? 0))
    if (document === null) continue
    if (innerDocument(await openStored(tx, file.document)) === document) answered.add(file)
  }
  return answered
}

/** The first of the files that authorises this very document. */
async function findAnswer(
  tx: Tx,
  document: string,
  files: readonly ReadyReceipt[],
  accessKey: string,
): Promise<ReadyReceipt | null> {
  for (const file of files) {
    if (file.accessKey !== accessKey) continue
    if (innerDocument(await openStored(tx, file.document)) === document) return file
  }
  return null
}

/** The same document names the same people; whose row it is says the row. */
async function possibleOwners(tx: Tx, { owners }: ReadyReceipt): Promise<number[]> {
  const numbers = owners.flatMap((owner) => owner.numbers.map(({ number }) => number))
  return [...new Set((await partiesOf(tx, numbers)).values())]
}

/** The text of the document inside a file, without what surrounds it; null when it cannot be read. */
function innerDocument(file: Buffer | DamagedDocument | undefined): string | null {
  if (file === undefined || file instanceof DamagedDocument) return null
  const inspection = inspectReceipt(file)
  if (!inspection.ok) return null
  return bareDocument(inspection.envelope.comprobante)
}

/** The receipts of those of the keys that are kept and authorised. */
async function authorizedIds(tx: Tx, accessKeys: readonly string[]): Promise<Map<string, number>> {
  if (accessKeys.length === 0) return new Map()
  const rows = await tx
    .selectFrom('receipt')
    .select(['id', 'access_key'])
    .where('access_key', 'in', anyOf(tx, accessKeys))
    .where('status', '=', 'authorized')
    .execute()
  return new Map(rows.map((row) => [row.access_key, row.id]))
}
