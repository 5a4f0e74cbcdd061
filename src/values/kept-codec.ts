import type zlib from 'node:zlib'

/** What Node's own synchronous calls use of a stream; npm's unpacker (minizlib) relies on it too. */
interface StreamInside {
  _handle?: { writeSync?: WriteSync; reset?: () => void } | null
  /** How much room was left in the output, and how much of the input. */
  _writeState?: Uint32Array
}

type WriteSync = (
  flush: number,
  input: Uint8Array,
  inputStart: number,
  inputLength: number,
  output: Uint8Array,
  outputStart: number,
  outputLength: number,
) => void

type Codec = zlib.InflateRaw | zlib.ZstdCompress

/**
 * One zlib or zstd context for thousands of small pieces, each worked on by itself. Node's public
 * calls make a new context each time, dictionary and all, which takes three times as long as the
 * work. There is no public way to keep one, so wherever this cannot answer, for whatever reason, it
 * says null and the caller takes the public call.
 */
export class KeptCodec {
  readonly #make: () => Codec
  readonly #lastFlush: number
  readonly #resets: boolean
  #stream: Codec | null = null
  #room: Uint8Array = Buffer.alloc(0)

  /**
   * @param lastFlush the flush that ends a piece: `Z_FINISH`, `ZSTD_e_end`
   * @param resets zlib has to be told to begin again; zstd begins by itself, and told so it would
   *   forget its dictionary
   */
  constructor(make: () => Codec, lastFlush: number, resets: boolean) {
    this.#make = make
    this.#lastFlush = lastFlush
    this.#resets = resets
  }

  /**
   * Works on one piece.
   *
   * @param room the result has fewer bytes than this, or there is none
   * @returns a view that is good until the next call, or null
   */
  run(piece: Uint8Array, room: number): Uint8Array | null {
    this.#stream ??= this.#open()
    const { _handle: handle, _writeState: left } = this.#stream as StreamInside
    if (typeof handle?.writeSync !== 'function' || !(left instanceof Uint32Array)) return null
    if (this.#room.length < room) this.#room = Buffer.allocUnsafeSlow(room)
    handle.writeSync(this.#lastFlush, piece, 0, piece.length, this.#room, 0, room)
    const [roomLeft = 0, pieceLeft = 0] = left
    if (this.#stream.destroyed || roomLeft === 0 || pieceLeft > 0) {
      this.#stream = null
      return null
    }
    if (this.#resets) handle.reset?.()
    return this.#room.subarray(0, room - roomLeft)
  }

  #open(): Codec {
    const stream = this.#make()
    // A damaged piece is told by its result; the event is the same news once more.
    stream.on('error', () => undefined)
    return stream
  }
}
