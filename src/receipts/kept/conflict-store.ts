import { insertRows } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ReadyReceipt } from './ready-receipt.ts'

/** Puts aside, once, a file that came with the access key of another one. */
export async function addConflicts(
  tx: Tx,
  receipts: readonly ReadyReceipt[],
  now: Date,
): Promise<void> {
  // In one order, so that two loads that bring the same files never wait for each other.
  const ordered = [...receipts].sort((a, b) => (conflictKey(a) < conflictKey(b) ? -1 : 1))
  await insertRows(tx, {
    table: 'receipt_conflict',
    columns: ['access_key', 'sha256', 'size', 'dictionary_id', 'bytes', 'file_name', 'loaded_at'],
    rows: ordered.map(({ accessKey, document, fileName }) => [
      accessKey,
      document.sha256,
      document.size,
      document.dictionaryId,
      document.bytes,
      fileName,
      now.toISOString(),
    ]),
    skipWhenTaken: 'access_key, sha256',
  })
}

function conflictKey({ accessKey, document }: ReadyReceipt): string {
  return accessKey + document.sha256
}
