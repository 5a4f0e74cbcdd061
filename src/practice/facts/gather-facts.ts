import type { Db } from '../../db/open.ts'
import { checkedDocumentsOf } from '../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../receipts/documents/stored-document.ts'
import { addReadings } from '../../receipts/reading-store.ts'
import type { OwnedReceipt } from '../../receipts/receipt.ts'
import { receiptsByKey, type StoredReceipt } from '../../receipts/receipt-store.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import type { FactsPool } from './facts-pool.ts'
import type { Client, DocumentFacts, FactsBatches, ReceiptFacts } from './receipt-facts.ts'

interface Needs {
  db: Db
  now: () => Date
  factsPool: Pick<FactsPool, 'read'>
  /** Told of what could not be read; never names a person. */
  onError: (error: unknown) => void
}

/** Receipts fetched, read and written at a time: what bounds the memory of an export. */
export const EXPORT_STRETCH = 100
const NO_FILE = new Uint8Array()

/** Receipts with what their documents say, each stretch written into the read log first. */
export async function* gatherFacts(
  needs: Needs,
  reader: ClientReader,
  stretches: AsyncIterable<readonly OwnedReceipt[]>,
): FactsBatches & AsyncGenerator<readonly ReceiptFacts[]> {
  const { db, now, factsPool } = needs
  for await (const listed of stretches) {
    const owners = new Set(listed.map(({ partyId }) => partyId))
    const scope = reader.scope.filter(({ partyId }) => owners.has(partyId))
    const stored = await receiptsByKey(
      db,
      scope,
      listed.map(({ accessKey }) => accessKey),
    )
    const byKey = new Map(stored.map((receipt) => [receipt.accessKey, receipt]))
    const inOrder = listed.flatMap((row) => ownedAs(row, byKey.get(row.accessKey)))
    await addReadings(db, reader, 'csv', inOrder, now())
    const files = await filesOf(needs, inOrder)
    const documents = await factsPool.read(inOrder.map(({ id }) => files.get(id) ?? NO_FILE))
    yield inOrder.map((receipt, at) => ({
      ...receipt,
      client: clientOf(reader, receipt, documents[at] ?? null),
      document: documents[at] ?? null,
    }))
  }
}

/** A receipt that several clients own has a row of each, and is stored once. */
function ownedAs(
  { partyId, recipientNumber }: OwnedReceipt,
  stored: StoredReceipt | undefined,
): StoredReceipt[] {
  return stored === undefined ? [] : [{ ...stored, partyId, recipientNumber }]
}

async function filesOf({ db, onError }: Needs, receipts: readonly StoredReceipt[]) {
  const sound = new Map<number, Buffer>()
  const ids = receipts.map(({ id }) => id)
  for (const [id, file] of await checkedDocumentsOf(db, ids)) {
    if (file instanceof DamagedDocument) onError(file)
    else sound.set(id, file)
  }
  return sound
}

/** By the number that the receipt itself has: of one person, cédula and RUC may both occur. */
function clientOf(
  { clients }: ClientReader,
  { partyId, recipientNumber }: StoredReceipt,
  document: DocumentFacts | null,
): Client {
  const client = clients?.get(partyId)
  // A guía names several: nobody reads their number beside the name of another.
  const printed = document?.recipientId === recipientNumber ? document.recipientName : ''
  return { taxId: recipientNumber || (client?.number ?? ''), name: client?.name ?? printed }
}
