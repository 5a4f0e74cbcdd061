import { isAscii, isUtf8 } from 'node:buffer'
import type fs from 'node:fs/promises'

export type CsvEncoding = 'utf-8' | 'windows-1252'

const CHUNK_BYTES = 1024 * 1024
/** The longest sign of UTF-8, less one. */
const TAIL_MAX = 3

/**
 * Looks at every byte: UTF-8 if all of it is, or more of it than not; else the code page of old
 * systems, of which ISO-8859-1 is a part. In a file of both, the letters that come out damaged are
 * named where they stand.
 */
export async function detectEncoding(handle: fs.FileHandle): Promise<CsvEncoding> {
  const counts = { valid: 0, invalid: 0 }
  let tail = Buffer.alloc(0)
  for await (const chunk of chunksOf(handle, CHUNK_BYTES)) {
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
    const whole = wholeSigns(bytes)
    const head = bytes.subarray(0, whole)
    if (!isAscii(head) && (counts.invalid > 0 || !isUtf8(head))) count(head, counts)
    else if (!isAscii(head)) counts.valid += 1
    tail = Buffer.from(bytes.subarray(whole))
  }
  if (tail.length > 0) count(tail, counts)
  // By chance a few pairs of old letters look like UTF-8, such as «É» before a closing quote.
  return counts.invalid > counts.valid ? 'windows-1252' : 'utf-8'
}

/** The pieces of a file, each a buffer of its own, from its beginning. */
export async function* chunksOf(handle: fs.FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** How many of the bytes are not the beginning of a sign that the next piece ends. */
function wholeSigns(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(TAIL_MAX, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function lengthOf(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
}

/** Counts the signs of UTF-8 beyond ASCII, and the bytes that belong to none. */
function count(bytes: Buffer, counts: { valid: number; invalid: number }): void {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) at += 1
    else {
      const length = byte < 0xc2 || byte > 0xf4 ? 1 : lengthOf(byte)
      const good = length > 1 && isUtf8(bytes.subarray(at, at + length))
      if (good) counts.valid += 1
      else counts.invalid += 1
      at += good ? length : 1
    }
  }
}
