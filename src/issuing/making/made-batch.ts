import type { SignatureVerdict } from '../../receipts/signatures/signature-verdict.ts'
import { joinBytes } from '../../work/join-bytes.ts'
import type { MadeDocument } from './document-maker.ts'

/** Made documents as they travel between threads: their bytes in memory that changes hands. */
export interface PackedMade {
  readonly rows: readonly MadeRow[]
  readonly bytes: ArrayBuffer
}

type MadeRow =
  | { readonly made: Extract<MadeDocument, { document: null }> }
  | {
      readonly issuanceId: number
      readonly sha256: string
      readonly size: number
      readonly dictionaryId: number | null
      readonly length: number
      readonly verdict: SignatureVerdict
    }

export function packMade(documents: readonly MadeDocument[]): PackedMade {
  const parts: Uint8Array[] = []
  const rows = documents.map((made): MadeRow => {
    if (made.document === null) return { made }
    const { sha256, size, dictionaryId, bytes } = made.document
    const { issuanceId, verdict } = made
    parts.push(bytes)
    return { issuanceId, sha256, size, dictionaryId, length: bytes.byteLength, verdict }
  })
  return { rows, bytes: joinBytes(parts) }
}

/** The documents of the answer are views of the memory that was handed over. */
export function unpackMade({ rows, bytes }: PackedMade): MadeDocument[] {
  let at = 0
  return rows.map((row): MadeDocument => {
    if ('made' in row) return row.made
    const { issuanceId, sha256, size, dictionaryId, length, verdict } = row
    const document = { sha256, size, dictionaryId, bytes: Buffer.from(bytes, at, length) }
    at += length
    return { issuanceId, document, verdict }
  })
}
