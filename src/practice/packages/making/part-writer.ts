import crypto from 'node:crypto'
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import zlib from 'node:zlib'
import { KeptCodec } from '../../../values/kept-codec.ts'
import { DEFLATE, packText } from './bytes/packed-text.ts'
import { Pending } from './bytes/pending.ts'
import { localHeader } from './bytes/zip-bytes.ts'
import type { PackedFile, PackedRow } from './packed-row.ts'
import { readRows, rowLine } from './packed-row.ts'

/** How far a part has come on the disk: of the archive, and of the list beside it. */
export interface PartPlace {
  readonly zipBytes: number
  readonly rowBytes: number
}

/** A file to be put in. */
export interface NewFile {
  readonly name: string
  readonly day: string
  readonly bytes: Uint8Array
  /** Of the bytes, when it is known already. */
  readonly sha256?: string
  /** A PDF is deflated inside already. */
  readonly deflate: boolean
}

const [ZIP_ROOM, ROWS_ROOM] = [2 * 1024 ** 2, 256 * 1024]
const PIECE_BYTES = 1024 ** 2
/** What deflating may add at worst, and some more. */
const SLACK = 1_024

/**
 * Writes one part. Every byte has its place, whoever writes it: a worker that was taken to be gone and
 * is not writes the same where it stands already. What was written beyond the last place that was
 * noted is written again.
 */
export class PartWriter {
  readonly #archive: fs.FileHandle
  readonly #list: fs.FileHandle
  readonly #codec = new KeptCodec(
    () => zlib.createDeflateRaw(DEFLATE),
    zlib.constants.Z_FINISH,
    true,
  )
  #zip: Pending
  #rows: Pending

  private constructor(archive: fs.FileHandle, list: fs.FileHandle, place: PartPlace) {
    this.#archive = archive
    this.#list = list
    this.#zip = new Pending(archive, place.zipBytes, ZIP_ROOM)
    this.#rows = new Pending(list, place.rowBytes, ROWS_ROOM)
  }

  /** Null when less is there than was noted: the disk was emptied since. */
  static async open(folder: string, n: number, place: PartPlace): Promise<PartWriter | null> {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 })
    const { temporary, finished, list } = partFiles(folder, n)
    // Killed between finishing it and noting that.
    const again = await fs.access(finished).then(
      () => true,
      () => false,
    )
    if (again) await fs.rename(finished, temporary)
    const handles = [await openToWrite(temporary), await openToWrite(list)] as const
    const [archive, rows] = handles
    const sizes = [(await archive.stat()).size, (await rows.stat()).size] as const
    if (sizes[0] < place.zipBytes || sizes[1] < place.rowBytes) {
      await Promise.all(handles.map((handle) => handle.close()))
      return null
    }
    return new PartWriter(archive, rows, place)
  }

  get place(): PartPlace {
    return { zipBytes: this.#zip.end, rowBytes: this.#rows.end }
  }

  /** Puts a file behind the others. */
  async add({ name, day, bytes, sha256, deflate }: NewFile): Promise<PackedFile> {
    const packed = deflate ? this.#deflate(bytes) : bytes
    const file: PackedFile = {
      name,
      deflated: deflate,
      crc32: zlib.crc32(bytes),
      packedBytes: packed.length,
      bytes: bytes.length,
      offset: this.#zip.end,
      day,
      sha256: sha256 ?? crypto.hash('sha256', bytes),
    }
    await this.write(localHeader(file))
    await this.write(packed)
    return file
  }

  /** The same of a text that is too long to be held. */
  async addText(name: string, day: string, text: AsyncIterable<string>): Promise<PackedFile> {
    const { pieces, ...facts } = await packText(text)
    const file: PackedFile = { ...facts, name, deflated: true, offset: this.#zip.end, day }
    await this.write(localHeader(file))
    for (const piece of pieces) await this.write(piece)
    return file
  }

  /** Puts a finished file of the disk behind the others, as it is. */
  async addFile(name: string, day: string, from: string): Promise<PackedFile> {
    let [bytes, crc32] = [0, 0]
    const hash = crypto.createHash('sha256')
    await readThrough(from, (piece) => {
      hash.update(piece)
      crc32 = zlib.crc32(piece, crc32)
      bytes += piece.length
    })
    const sizes = { packedBytes: bytes, bytes, crc32, sha256: hash.digest('hex') }
    const file: PackedFile = { ...sizes, name, day, deflated: false, offset: this.#zip.end }
    await this.write(localHeader(file))
    await readThrough(from, (piece) => this.write(piece))
    return file
  }

  /** Writes into the archive what is no file of it. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#zip.add(bytes)
  }

  async addRow(row: PackedRow): Promise<void> {
    await this.#rows.add(Buffer.from(rowLine(row)))
  }

  /** Everything so far is on the disk. */
  async settle(): Promise<PartPlace> {
    await this.#zip.flush()
    await this.#rows.flush()
    await Promise.all([this.#archive.datasync(), this.#list.datasync()])
    return this.place
  }

  async close(): Promise<void> {
    await Promise.all([this.#archive.close(), this.#list.close()])
  }

  /** Cuts off what a killed worker had written further on. */
  async end(): Promise<void> {
    const { zipBytes, rowBytes } = await this.settle()
    await this.#archive.truncate(zipBytes)
    await this.#list.truncate(rowBytes)
    await Promise.all([this.#archive.sync(), this.#list.sync()])
  }

  /** A view that is good until the next call. */
  #deflate(bytes: Uint8Array): Uint8Array {
    const room = bytes.length + (bytes.length >> 8) + SLACK
    return this.#codec.run(bytes, room) ?? zlib.deflateRawSync(bytes, DEFLATE)
  }
}

/** Where the files of a part are. */
export function partFiles(folder: string, n: number) {
  return {
    temporary: path.join(folder, `${n}.zip.tmp`),
    finished: path.join(folder, `${n}.zip`),
    list: path.join(folder, `${n}.rows`),
    merged: path.join(folder, `${n}.pdf.tmp`),
  }
}

/** Whether the parts before one are finished, and their rows still there. */
export async function hasPartsBefore(folder: string, part: number): Promise<boolean> {
  for (let n = 1; n < part; n += 1) {
    const { finished, list } = partFiles(folder, n)
    const stats = await Promise.all([finished, list].map((file) => fs.stat(file).catch(() => null)))
    if (stats.includes(null)) return false
  }
  return true
}

/** What only the making of a package needs of its parts. */
export async function dropLists(folder: string, parts: number): Promise<void> {
  for (let n = 1; n <= parts; n += 1) await fs.rm(partFiles(folder, n).list, { force: true })
}

/** The rows of a package so far, part by part; of the last one, so many bytes of them. */
export async function* rowsUpTo(
  folder: string,
  part: number,
  rowBytes: number,
): AsyncGenerator<PackedRow> {
  for (let n = 1; n < part; n += 1) {
    const { list } = partFiles(folder, n)
    yield* readRows(list, (await fs.stat(list)).size)
  }
  yield* readRows(partFiles(folder, part).list, rowBytes)
}

/** Gives a part its name, for good. */
export async function finishPart(folder: string, n: number): Promise<void> {
  const { temporary, finished } = partFiles(folder, n)
  await fs.rename(temporary, finished)
  const handle = await fs.open(folder, constants.O_RDONLY)
  await handle.sync()
  await handle.close()
}

/** What the name of a part's bytes is: read from the disk, so that it is of what lies there. */
export async function hashFile(file: string): Promise<string> {
  const hash = crypto.createHash('sha256')
  await readThrough(file, (piece) => hash.update(piece))
  return hash.digest('hex')
}

/** Gives a file piece by piece, each of them good until the next. */
async function readThrough(file: string, take: (piece: Uint8Array) => unknown): Promise<void> {
  const handle = await fs.open(file)
  // One buffer for all of it: what a stream reads into is freed only some time later.
  const room = Buffer.allocUnsafe(PIECE_BYTES)
  try {
    for (;;) {
      const { bytesRead } = await handle.read(room, 0, room.length, null)
      if (bytesRead === 0) return
      await take(room.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}

export function openToWrite(file: string): Promise<fs.FileHandle> {
  return fs.open(file, constants.O_RDWR | constants.O_CREAT, 0o600)
}
