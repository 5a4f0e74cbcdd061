import type { ReadyReceipt } from '../../receipts/kept/ready-receipt.ts'
import { joinBytes } from '../../work/join-bytes.ts'
import type { PreparedFile } from './prepare-file.ts'

/**
 * Prepared files as they travel between threads: the documents' bytes behind one another in memory
 * that changes hands, the rest as one text without the names of the fields. Cloning objects field
 * by field would cost more than writing them into the database.
 */
export interface PackedBatch {
  text: string
  bytes: ArrayBuffer
}

type Row = ReturnType<typeof rowOf>
type RefusedRow = [name: string, accessKey: string | null, code: string, message: string]

/**
 * Packs each file as soon as it comes: what was read of it need not be kept, and with it its whole
 * text, until the last one is there.
 */
export function packBatch(files: Iterable<PreparedFile>): PackedBatch {
  const rows: string[] = []
  const documents: Uint8Array[] = []
  for (const file of files) {
    if (file.ready) documents.push(file.ready.document.bytes)
    rows.push(JSON.stringify(file.ready ? rowOf(file) : refusedRowOf(file)))
  }
  return { text: `[${rows.join(',')}]`, bytes: joinBytes(documents) }
}

/** The documents of the answer are views of the memory that was handed over. */
export function unpackBatch(batch: PackedBatch): PreparedFile[] {
  const rows = JSON.parse(batch.text) as (Row | RefusedRow)[]
  let at = 0
  return rows.map((row): PreparedFile => {
    if (row.length === 4) {
      const [name, accessKey, code, message] = row
      return { name, accessKey, ready: null, refusal: { code, message } }
    }
    const length = row[24]
    const ready = readyOf(row, Buffer.from(batch.bytes, at, length))
    at += length
    const { fileName: name, accessKey } = ready
    return { name, accessKey, ready, refusal: null }
  })
}

function refusedRowOf({ name, accessKey, refusal }: PreparedFile & { ready: null }): RefusedRow {
  return [name, accessKey, refusal.code, refusal.message]
}

function rowOf({ ready }: PreparedFile & { ready: ReadyReceipt }) {
  const { sha256, size, dictionaryId, bytes } = ready.document
  return [
    ready.fileName,
    ready.accessKey,
    ready.kind,
    ready.version,
    ready.environment,
    ready.status,
    ready.number,
    ready.issuerRuc,
    ready.issuerName,
    ready.issuedOn,
    ready.authorizationNumber,
    ready.authorizedAt,
    ready.recipientName,
    ready.recipientNumber,
    ready.totalCents,
    ready.concept,
    ready.warnings,
    ready.owners,
    ready.searchText,
    sha256,
    size,
    dictionaryId,
    ready.taxes,
    ready.signature,
    bytes.byteLength,
  ] as const
}

function readyOf(row: Row, bytes: Buffer): ReadyReceipt {
  return {
    fileName: row[0],
    accessKey: row[1],
    kind: row[2],
    version: row[3],
    environment: row[4],
    status: row[5],
    number: row[6],
    issuerRuc: row[7],
    issuerName: row[8],
    issuedOn: row[9],
    authorizationNumber: row[10],
    authorizedAt: row[11],
    recipientName: row[12],
    recipientNumber: row[13],
    totalCents: row[14],
    concept: row[15],
    warnings: row[16],
    owners: row[17],
    searchText: row[18],
    document: { sha256: row[19], size: row[20], dictionaryId: row[21], bytes },
    taxes: row[22],
    signature: row[23],
  }
}
