import fs from 'node:fs'
import zlib from 'node:zlib'
import { XML_BYTES_MAX } from '../../sri/xml/xml-text.ts'
import { KeptCodec } from '../../values/kept-codec.ts'
import type { IntakeRefusal } from '../refusal.ts'
import type { DiskPath } from './disk-name.ts'
import { pathOf } from './disk-name.ts'
import type { EntrySource, FileSource } from './source.ts'

/** The bytes of a file, or why it was left alone. */
type SourceBytes = { ok: true; bytes: Uint8Array } | { ok: false; refusal: IntakeRefusal }

const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_HEADER_BYTES = 30
/** About as much as a thread is given at once; the next of the archive are another thread's. */
const READ_AHEAD_BYTES = 256 * 1024
/** Names and extra fields of the entry's own header, which may differ from the directory's. */
const HEADER_SLACK_BYTES = 512
/** The least that zlib takes. */
const CHUNK_BYTES_MIN = 64

/**
 * Reads files and entries of ZIPs on the calling thread, holding at most one archive open and a
 * quarter of a megabyte of it in memory. Made for worker threads; nothing here waits on the event loop.
 */
export class SourceReader {
  #archive: DiskPath = ''
  #file = -1
  #start = 0
  #block: Buffer = Buffer.alloc(0)
  #room: Buffer = Buffer.alloc(0)
  readonly #inflater = new KeptCodec(() => zlib.createInflateRaw(), zlib.constants.Z_FINISH, true)

  /** The bytes may be a view that is good until the next call. */
  read(source: FileSource | EntrySource): SourceBytes {
    try {
      return source.kind === 'file' ? readFile(source.path ?? source.name) : this.#readEntry(source)
    } catch (error) {
      return { ok: false, refusal: refusalOf(error) }
    }
  }

  close(): void {
    if (this.#file !== -1) fs.closeSync(this.#file)
    this.#file = -1
    this.#archive = ''
  }

  #readEntry(source: EntrySource): SourceBytes {
    this.#open(source.archive)
    const header = this.#bytes(source.offset, LOCAL_HEADER_BYTES, source.packedSize)
    if (header === null || header.readUInt32LE(0) !== LOCAL_SIGNATURE) return damaged
    const dataStart =
      source.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
    const packed = this.#bytes(dataStart, source.packedSize)
    if (packed === null) return damaged
    const bytes = source.method === 0 ? packed : this.#inflate(packed, source.size)
    if (bytes === null || bytes.length !== source.size) {
      return { ok: false, refusal: 'zip-entry-lies' }
    }
    if (zlib.crc32(bytes) !== source.crc32) return { ok: false, refusal: 'zip-checksum' }
    return { ok: true, bytes }
  }

  /** Never unpacks more than was declared (or 64 bytes), whatever the data would grow to. */
  #inflate(packed: Buffer, size: number): Uint8Array | null {
    return this.#inflater.run(packed, size + 1) ?? inflate(packed, size)
  }

  #open(archive: DiskPath): void {
    if (archive === this.#archive) return
    this.close()
    this.#file = fs.openSync(pathOf(archive), 'r')
    this.#archive = archive
    this.#block = Buffer.alloc(0)
  }

  /** A view that is good until the next call; null past the end of the archive. */
  #bytes(position: number, length: number, ahead = 0): Buffer | null {
    const from = position - this.#start
    if (from < 0 || from + length + ahead > this.#block.length) {
      const wanted = Math.max(READ_AHEAD_BYTES, length + ahead + HEADER_SLACK_BYTES)
      if (this.#room.length < wanted) this.#room = Buffer.allocUnsafeSlow(wanted)
      const read = fs.readSync(this.#file, this.#room, 0, wanted, position)
      this.#start = position
      this.#block = this.#room.subarray(0, read)
    }
    const start = position - this.#start
    return start + length > this.#block.length ? null : this.#block.subarray(start, start + length)
  }
}

const damaged: SourceBytes = { ok: false, refusal: 'zip-damaged' }

function inflate(packed: Buffer, size: number): Buffer | null {
  const room = Math.max(size, CHUNK_BYTES_MIN)
  try {
    return zlib.inflateRawSync(packed, { maxOutputLength: room, chunkSize: room })
  } catch {
    return null
  }
}

/** Looks at the size first: a file over the limit is refused without reading it. */
function readFile(path: DiskPath): SourceBytes {
  const file = fs.openSync(pathOf(path), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    const stat = fs.fstatSync(file)
    if (!stat.isFile()) return { ok: false, refusal: 'not-a-file' }
    if (stat.size >= XML_BYTES_MAX) return { ok: false, refusal: 'too-large' }
    const bytes = Buffer.allocUnsafe(stat.size)
    const read = fs.readSync(file, bytes, 0, stat.size, 0)
    return read === stat.size ? { ok: true, bytes } : { ok: false, refusal: 'changed' }
  } finally {
    fs.closeSync(file)
  }
}

function refusalOf(error: unknown): IntakeRefusal {
  const code = (error as { code?: string }).code
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'not-found' : 'unreadable'
}
