import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { openStored } from '../../receipts/documents/document-store.ts'
import { DamagedDocument, type StoredDocument } from '../../receipts/documents/stored-document.ts'
import type { KnownVerdict, SignatureVerdict } from '../../receipts/signatures/signature-verdict.ts'

/** Keeps signed files, each in the stead of the one that a correction has replaced. */
export async function keepSigned(
  tx: Tx,
  signed: readonly {
    issuanceId: number
    document: StoredDocument
    verdict: SignatureVerdict
  }[],
): Promise<void> {
  await insertRows(tx, {
    table: 'issuance_document',
    columns: ['issuance_id', 'sha256', 'size', 'dictionary_id', 'bytes', 'verdict'],
    rows: signed.map(({ issuanceId, document, verdict }) => [
      issuanceId,
      document.sha256,
      document.size,
      document.dictionaryId,
      document.bytes,
      JSON.stringify(verdict),
    ]),
    whenTaken: `on conflict (issuance_id) do update set sha256 = excluded.sha256,
      size = excluded.size, dictionary_id = excluded.dictionary_id, bytes = excluded.bytes,
      verdict = excluded.verdict`,
  })
}

/** A signed file, and what was found of its signature when it was made. */
export interface SignedFile {
  readonly file: Buffer
  /** Bound to the very bytes of the file; null when nobody has found out. */
  readonly known: KnownVerdict | null
}

/** The signed files of documents, byte for byte, or that one is not what was kept. */
export async function signedFiles(
  db: Db,
  issuanceIds: readonly number[],
): Promise<Map<number, SignedFile | DamagedDocument>> {
  const files = new Map<number, SignedFile | DamagedDocument>()
  if (issuanceIds.length === 0) return files
  const rows = await db
    .selectFrom('issuance_document')
    .selectAll()
    .where('issuance_id', 'in', anyOf(db, issuanceIds))
    .execute()
  for (const { issuance_id, sha256, size, dictionary_id: dictionaryId, bytes, verdict } of rows) {
    const file = await openStored(db, { sha256, size, dictionaryId, bytes })
    const known =
      verdict === null ? null : { sha256, verdict: JSON.parse(verdict) as SignatureVerdict }
    files.set(issuance_id, file instanceof DamagedDocument ? file : { file, known })
  }
  return files
}

/** The signed file of one document; null when there is none. Throws `DamagedDocument`. */
export async function signedFile(db: Db, issuanceId: number): Promise<Buffer | null> {
  const found = (await signedFiles(db, [issuanceId])).get(issuanceId)
  if (found instanceof DamagedDocument) throw found
  return found?.file ?? null
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
