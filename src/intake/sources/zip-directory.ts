import fs from 'node:fs/promises'
import type { Readable } from 'node:stream'
import yauzl from 'yauzl'
import { XML_BYTES_MAX } from '../../sri/xml/xml-text.ts'
import { plainLine } from '../../values/terminal-text.ts'
import { refusedFor } from '../messages.ts'
import type { IntakeRefusal } from '../refusal.ts'
import type { DiskPath } from './disk-name.ts'
import { pathOf } from './disk-name.ts'
import type { ZipEntry } from './plain-directory.ts'
import { ENTRY_HEADER_BYTES, readPlainDirectory } from './plain-directory.ts'
import type { Source } from './source.ts'

/** A day of a large bank fits; whoever needs more sends several. */
const ZIP_LIMITS = {
  entries: 50_000,
  unpackedBytes: 1024 ** 3,
  /** Receipts shrink to a fifth, to a fiftieth when repetitive; beyond this it is a bomb. */
  ratio: 200,
  /** A small archive may be as repetitive as it likes. */
  ratioFromBytes: 50 * 1024 ** 2,
} as const

const FILE_TYPE_MASK = 0o170000
const LINK_TYPE = 0o120000

/**
 * Lists the files of a ZIP without unpacking any. What is wrong with one entry refuses that entry;
 * what is wrong with the archive (damage, overlapping entries, a bomb) refuses all of it at once.
 * Nothing is ever written under a name from the archive.
 */
export async function listZip(archive: DiskPath, name: string): Promise<Source[]> {
  const handle = await fs.open(pathOf(archive), 'r')
  try {
    const { size } = await handle.stat()
    const plain = await readPlainDirectory(handle, size, ZIP_LIMITS.entries)
    const entries = plain ?? (await readEntries(new BlockReader(handle), size))
    if (typeof entries === 'string') return [refuse(name, entries)]
    if (entries.some((entry) => entry.end > size)) return [refuse(name, 'zip-damaged')]
    const reason = judgeArchive(entries)
    if (reason) return [refuse(name, reason)]
    return entries.flatMap((entry) => toSource(entry, archive, name))
  } finally {
    await handle.close()
  }
}

async function readEntries(reader: BlockReader, size: number): Promise<ZipEntry[] | IntakeRefusal> {
  try {
    // Names and sizes are judged here, entry by entry; yauzl would give up the whole archive.
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, size, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    })
    if (zip.entryCount > ZIP_LIMITS.entries) return 'zip-too-many'
    const entries: ZipEntry[] = []
    for await (const entry of zip.eachEntry()) entries.push(toEntry(entry))
    return entries
  } catch {
    return 'zip-damaged'
  }
}

function toEntry(entry: yauzl.Entry): ZipEntry {
  const { relativeOffsetOfLocalHeader: offset, compressedSize: packedSize } = entry
  return {
    name: yauzl.getFileNameLowLevel(
      entry.generalPurposeBitFlag,
      entry.fileNameRaw,
      entry.extraFields,
      false,
    ),
    offset,
    end: offset + ENTRY_HEADER_BYTES + entry.fileNameLength + packedSize,
    packedSize,
    size: entry.uncompressedSize,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    encrypted: entry.isEncrypted(),
    link: ((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === LINK_TYPE,
  }
}

/** Sizes are those that the archive states; each is enforced when its entry is unpacked. */
function judgeArchive(entries: readonly ZipEntry[]): IntakeRefusal | null {
  let unpacked = 0
  let packed = 0
  let end = 0
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) return 'zip-overlap'
    end = entry.end
    unpacked += entry.size
    packed += entry.packedSize
  }
  const suspicious = unpacked > ZIP_LIMITS.ratioFromBytes && unpacked > packed * ZIP_LIMITS.ratio
  if (suspicious) return 'zip-bomb'
  return unpacked > ZIP_LIMITS.unpackedBytes ? 'zip-too-large' : null
}

/** Folders and what systems leave behind are passed over in silence. */
function toSource(entry: ZipEntry, archive: DiskPath, archiveName: string): Source[] {
  if (entry.name.endsWith('/') || isLeftover(entry.name)) return []
  const name = `${archiveName}/${plainLine(entry.name)}`
  const reason = judgeEntry(entry)
  if (reason) return [refuse(name, reason)]
  const { offset, packedSize, size, method, crc32 } = entry
  return [{ kind: 'entry', name, archive, offset, packedSize, size, method, crc32 }]
}

function judgeEntry(entry: ZipEntry): IntakeRefusal | null {
  if (yauzl.validateFileName(entry.name) !== null || plainLine(entry.name) !== entry.name) {
    return 'zip-name'
  }
  if (entry.link) return 'zip-link'
  if (entry.encrypted) return 'zip-encrypted'
  if (entry.method !== 0 && entry.method !== 8) return 'zip-method'
  if (/\.zip$/i.test(entry.name)) return 'zip-nested'
  if (entry.size >= XML_BYTES_MAX) return 'too-large'
  if (entry.method === 0 && entry.packedSize !== entry.size) return 'zip-entry-lies'
  return entry.packedSize > XML_BYTES_MAX * 2 ? 'zip-entry-lies' : null
}

/** Whether nobody meant this file to be loaded: `__MACOSX/`, `.DS_Store`, `Thumbs.db` and the like. */
export function isLeftover(name: string): boolean {
  return name
    .split('/')
    .some((part) => /^(?:\.(?!\.?$).+|__MACOSX|Thumbs\.db|desktop\.ini)$/i.test(part))
}

function refuse(name: string, reason: IntakeRefusal): Source {
  return { kind: 'refused', name, refusal: refusedFor(reason) }
}

const BLOCK_BYTES = 256 * 1024

/** Reads ahead, because a directory is read in tens of thousands of small steps. */
class BlockReader extends yauzl.RandomAccessReader {
  readonly #handle: fs.FileHandle
  #start = 0
  #block = Buffer.alloc(0)

  constructor(handle: fs.FileHandle) {
    super()
    this.#handle = handle
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (this.#copy(buffer, offset, length, position)) {
      process.nextTick(callback, null)
      return
    }
    this.#load(position, length).then(
      () => {
        if (this.#copy(buffer, offset, length, position)) callback(null)
        else callback(new Error('The archive ends too early'))
      },
      (error: Error) => callback(error),
    )
  }

  #copy(buffer: Buffer, offset: number, length: number, position: number): boolean {
    const from = position - this.#start
    if (from < 0 || from + length > this.#block.length) return false
    this.#block.copy(buffer, offset, from, from + length)
    return true
  }

  async #load(position: number, length: number): Promise<void> {
    const block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, length))
    const { bytesRead } = await this.#handle.read(block, 0, block.length, position)
    this.#start = position
    this.#block = block.subarray(0, bytesRead)
  }

  override _readStreamForRange(): Readable {
    throw new Error('Entries are unpacked by zip-entry.ts')
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}
