import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Dictionary, StoredDocument } from './stored-document.ts'
import { DamagedDocument, unpackDocument } from './stored-document.ts'

/**
 * The file of a receipt as it was received, checked against its hash, or null when there is none.
 * Throws `DamagedDocument` when it is not what was stored.
 */
export async function findDocument(db: Db, receiptId: number): Promise<Buffer | null> {
  const documents = await documentsOf(db, [receiptId])
  return documents.get(receiptId) ?? null
}

/**
 * The files of several receipts, each as it was received and checked against its hash. Throws
 * `DamagedDocument` on the first that is not what was stored.
 */
export async function documentsOf(
  db: Db,
  receiptIds: readonly number[],
): Promise<Map<number, Buffer>> {
  const documents = new Map<number, Buffer>()
  for (const [id, document] of await checkedDocumentsOf(db, receiptIds)) {
    if (document instanceof DamagedDocument) throw document
    documents.set(id, document)
  }
  return documents
}

/** As `documentsOf`; a file that is not what was stored is its own fault, and costs no other. */
export async function checkedDocumentsOf(
  db: Db,
  receiptIds: readonly number[],
): Promise<Map<number, Buffer | DamagedDocument>> {
  const documents = new Map<number, Buffer | DamagedDocument>()
  if (receiptIds.length === 0) return documents
  const rows = await db
    .selectFrom('receipt_document')
    .selectAll()
    .where('receipt_id', 'in', anyOf(db, receiptIds))
    .execute()
  for (const row of rows) {
    documents.set(row.receipt_id, await openStored(db, toStored(row)))
  }
  return documents
}

/** A file that was put aside because another one has its access key. */
interface ConflictDocument {
  id: number
  accessKey: string
  document: Buffer | DamagedDocument
}

/** The files put aside, in the order they came, each checked against its hash. */
export async function conflictDocuments(
  db: Db,
  after: number,
  limit: number,
): Promise<ConflictDocument[]> {
  const rows = await db
    .selectFrom('receipt_conflict')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  const conflicts: ConflictDocument[] = []
  for (const row of rows) {
    const document = await openStored(db, toStored(row))
    conflicts.push({ id: row.id, accessKey: row.access_key, document })
  }
  return conflicts
}

/** Unpacks a document with the dictionary it names; answers its fault when it is damaged. */
export async function openStored(
  db: Db,
  stored: StoredDocument,
): Promise<Buffer | DamagedDocument> {
  const { dictionaryId } = stored
  try {
    const dictionary = dictionaryId === null ? null : await dictionaryOf(db, dictionaryId)
    return unpackDocument(stored, dictionary)
  } catch (error) {
    if (error instanceof DamagedDocument) return error
    throw error
  }
}

/** A row of `receipt_document` or `receipt_conflict` as the thing it stands for. */
function toStored(row: {
  sha256: string
  size: number
  dictionary_id: number | null
  bytes: Uint8Array
}): StoredDocument {
  const { sha256, size, dictionary_id: dictionaryId, bytes } = row
  return { sha256, size, dictionaryId, bytes }
}

/** Named by its bytes, a dictionary never changes, so each is read once a process. */
const read = new Map<number, Dictionary>()

async function dictionaryOf(db: Db, id: number): Promise<Dictionary> {
  const known = read.get(id)
  if (known) return known
  const found = await db
    .selectFrom('document_dictionary')
    .select(['id', 'bytes'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found) throw new DamagedDocument(`Dictionary ${id} is missing`)
  read.set(id, found)
  return found
}

/** The dictionary that new documents are packed with, or null in a database that has none yet. */
export async function newestDictionary(db: Db): Promise<Dictionary | null> {
  const found = await db
    .selectFrom('document_dictionary')
    .select(['id', 'bytes'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found ?? null
}

/**
 * Stores a dictionary, once. Whoever packs with it does so after this is committed, so that no
 * document ever names a dictionary that is not there.
 */
export async function addDictionary(tx: Tx, dictionary: Dictionary, now: Date): Promise<void> {
  await insertRows(tx, {
    table: 'document_dictionary',
    columns: ['id', 'bytes', 'created_at'],
    rows: [[dictionary.id, dictionary.bytes, now.toISOString()]],
    skipWhenTaken: 'id',
  })
}
