import crypto from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'

/** How everything that is not deflated already is deflated. */
export const DEFLATE = { level: 6 }

/** A text as it goes into an archive, and what its headers say of it. */
interface PackedText {
  readonly pieces: readonly Uint8Array[]
  readonly packedBytes: number
  readonly bytes: number
  readonly crc32: number
  readonly sha256: string
}

/** Lines are packed together: one at a time costs more than all the rest. */
const PIECE_CHARACTERS = 65_536

/** Deflates a text while it is written: of a long list only that is ever held, beside the event loop. */
export async function packText(text: AsyncIterable<string>): Promise<PackedText> {
  const hash = crypto.createHash('sha256')
  const pieces: Uint8Array[] = []
  let [bytes, crc32, packedBytes] = [0, 0, 0]
  const read = async function* () {
    for await (const piece of piecesOf(text)) {
      hash.update(piece)
      crc32 = zlib.crc32(piece, crc32)
      bytes += piece.length
      yield piece
    }
  }
  const keep = async (packed: AsyncIterable<Uint8Array>) => {
    for await (const piece of packed) {
      pieces.push(piece)
      packedBytes += piece.length
    }
  }
  await pipeline(read, zlib.createDeflateRaw(DEFLATE), keep)
  return { pieces, packedBytes, bytes, crc32, sha256: hash.digest('hex') }
}

async function* piecesOf(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let piece = ''
  for await (const line of text) {
    piece += line
    if (piece.length < PIECE_CHARACTERS) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}
