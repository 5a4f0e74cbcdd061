import type { PreparedFile } from './prepare-file.ts'

/**
 * Prepared files as they travel between threads: the documents' bytes behind one another in memory
 * that changes hands, the rest as one text. Cloning objects field by field would cost more than
 * writing them into the database.
 */
export interface PackedBatch {
  text: string
  bytes: ArrayBuffer
}

export function packBatch(files: readonly PreparedFile[]): PackedBatch {
  const size = files.reduce((sum, file) => sum + (file.ready?.document.bytes.byteLength ?? 0), 0)
  const bytes = new Uint8Array(size)
  let at = 0
  const texts = files.map((file) => {
    const { ready } = file
    if (!ready) return JSON.stringify(file)
    const { document } = ready
    bytes.set(document.bytes, at)
    at += document.bytes.byteLength
    // Only the length travels as text; a replacer function would be called for every field.
    const light = { ...document, bytes: document.bytes.byteLength }
    return JSON.stringify({ ...file, ready: { ...ready, document: light } })
  })
  return { text: `[${texts.join(',')}]`, bytes: bytes.buffer }
}

/** The documents of the answer are views of the memory that was handed over. */
export function unpackBatch(batch: PackedBatch): PreparedFile[] {
  const files = JSON.parse(batch.text) as PreparedFile[]
  let at = 0
  for (const { ready } of files) {
    if (!ready) continue
    const length = ready.document.bytes as unknown as number
    ready.document.bytes = Buffer.from(batch.bytes, at, length)
    at += length
  }
  return files
}
