import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { openStored } from '../../receipts/documents/document-store.ts'
import { DamagedDocument, type StoredDocument } from '../../receipts/documents/stored-document.ts'

/** Keeps signed files, each in the stead of the one that a correction has replaced. */
export async function keepSigned(
  tx: Tx,
  signed: readonly { issuanceId: number; document: StoredDocument }[],
): Promise<void> {
  await insertRows(tx, {
    table: 'issuance_document',
    columns: ['issuance_id', 'sha256', 'size', 'dictionary_id', 'bytes'],
    rows: signed.map(({ issuanceId, document }) => [
      issuanceId,
      document.sha256,
      document.size,
      document.dictionaryId,
      document.bytes,
    ]),
    whenTaken: `on conflict (issuance_id) do update set sha256 = excluded.sha256,
      size = excluded.size, dictionary_id = excluded.dictionary_id, bytes = excluded.bytes`,
  })
}

/** The signed files of documents, byte for byte. Throws `DamagedDocument` when one is not what was kept. */
export async function signedFiles(
  db: Db,
  issuanceIds: readonly number[],
): Promise<Map<number, Buffer>> {
  const files = new Map<number, Buffer>()
  if (issuanceIds.length === 0) return files
  const rows = await db
    .selectFrom('issuance_document')
    .selectAll()
    .where('issuance_id', 'in', anyOf(db, issuanceIds))
    .execute()
  for (const { issuance_id, sha256, size, dictionary_id: dictionaryId, bytes } of rows) {
    const file = await openStored(db, { sha256, size, dictionaryId, bytes })
    if (file instanceof DamagedDocument) throw file
    files.set(issuance_id, file)
  }
  return files
}

/** Drops signed files that receipts hold by now. */
export async function dropSigned(tx: Tx, issuanceIds: readonly number[]): Promise<void> {
  if (issuanceIds.length === 0) return
  await tx
    .deleteFrom('issuance_document')
    .where('issuance_id', 'in', anyOf(tx, issuanceIds))
    .execute()
}

/** Whether the signed file of a document is kept here. */
export async function hasSignedFile(db: Db, issuanceId: number): Promise<boolean> {
  const row = await db
    .selectFrom('issuance_document')
    .select('issuance_id')
    .where('issuance_id', '=', issuanceId)
    .executeTakeFirst()
  return row !== undefined
}
