import type { Db } from '../../db/open.ts'
import { addReadings, type Reader } from '../reading-store.ts'
import type { OwnedReceipt } from '../receipt.ts'
import type { Clients } from '../scope/clients.ts'
import { csvHead, csvLine } from './receipt-csv.ts'

/** Rows read, written down and sent at a time. */
export const TABLE_STRETCH = 250

/** The table of a search as it is sent, stretch by stretch, each written into the read log first. */
export async function* tableOfReceipts(
  db: Db,
  reader: Reader,
  stretches: AsyncIterable<readonly OwnedReceipt[]>,
  now: () => Date,
  clients: Clients | null,
): AsyncGenerator<string> {
  yield csvHead(clients)
  for await (const receipts of stretches) {
    await addReadings(db, reader, 'csv', receipts, now())
    yield receipts.map((receipt) => csvLine(receipt, clients)).join('')
  }
}
