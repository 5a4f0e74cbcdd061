/** A file inside a ZIP, as its headers describe it. */
export interface ZipFile {
  readonly name: string
  /** Deflated, or as it is. */
  readonly deflated: boolean
  readonly crc32: number
  readonly packedBytes: number
  readonly bytes: number
  /** Where its own header begins in the archive. */
  readonly offset: number
  /** `2026-11-16`: the day it bears, at noon. */
  readonly day: string
}

const LOCAL_SIGNATURE = 0x04034b50
const RECORD_SIGNATURE = 0x02014b50
const END_SIGNATURE = 0x06054b50
const LARGE_END_SIGNATURE = 0x06064b50
const LARGE_PLACE_SIGNATURE = 0x07064b50
const [VERSION, LARGE_VERSION] = [20, 45]
/** Names are UTF-8. */
const FLAGS = 0x0800
const [STORED, DEFLATED] = [0, 8]
const NOON = 12 << 11
const LARGE_EXTRA = 0x0001
/** What stands in a field whose value is in the extension for large archives (ZIP64). */
const ELSEWHERE = 0xffffffff
const MANY = 0xffff
/** A plain file that everybody may read, as Unix says it. */
const MODE = (0o100644 << 16) >>> 0
const MADE_BY_UNIX = 3 << 8

/** What stands before the bytes of a file. One file of ours never needs 4 GB. */
export function localHeader(file: ZipFile): Buffer {
  const name = Buffer.from(file.name)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(LOCAL_SIGNATURE, 0)
  header.writeUInt16LE(VERSION, 4)
  writeFacts(header, 6, file, name.length)
  return Buffer.concat([header, name])
}

/** The same, in the directory at the end. */
export function directoryRecord(file: ZipFile): Buffer {
  const name = Buffer.from(file.name)
  const far = file.offset >= ELSEWHERE
  const record = Buffer.alloc(46)
  record.writeUInt32LE(RECORD_SIGNATURE, 0)
  const version = far ? LARGE_VERSION : VERSION
  record.writeUInt16LE(MADE_BY_UNIX | version, 4)
  record.writeUInt16LE(version, 6)
  writeFacts(record, 8, file, name.length)
  record.writeUInt16LE(far ? 12 : 0, 30)
  record.writeUInt32LE(MODE, 38)
  record.writeUInt32LE(far ? ELSEWHERE : file.offset, 42)
  if (!far) return Buffer.concat([record, name])
  const extra = Buffer.alloc(12)
  extra.writeUInt16LE(LARGE_EXTRA, 0)
  extra.writeUInt16LE(8, 2)
  extra.writeBigUInt64LE(BigInt(file.offset), 4)
  return Buffer.concat([record, name, extra])
}

/** Flags, way of packing, moment, sum, sizes and length of the name: alike in both headers. */
function writeFacts(header: Buffer, at: number, file: ZipFile, nameBytes: number): void {
  header.writeUInt16LE(FLAGS, at)
  header.writeUInt16LE(file.deflated ? DEFLATED : STORED, at + 2)
  header.writeUInt16LE(NOON, at + 4)
  header.writeUInt16LE(dosDate(file.day), at + 6)
  header.writeUInt32LE(file.crc32, at + 8)
  header.writeUInt32LE(file.packedBytes, at + 12)
  header.writeUInt32LE(file.bytes, at + 16)
  header.writeUInt16LE(nameBytes, at + 20)
}

/** Days of this format begin in 1980. */
function dosDate(day: string): number {
  const [year = 1980, month = 1, date = 1] = day.split('-').map(Number)
  return (Math.max(0, year - 1980) << 9) | (month << 5) | date
}

/** What an archive ends with: how many files, and where their directory is. */
export function endOfZip(directory: { files: number; start: number; bytes: number }): Buffer {
  const { files, start, bytes } = directory
  const large = files >= MANY || start + bytes >= ELSEWHERE
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END_SIGNATURE, 0)
  end.writeUInt16LE(Math.min(files, MANY), 8)
  end.writeUInt16LE(Math.min(files, MANY), 10)
  end.writeUInt32LE(Math.min(bytes, ELSEWHERE), 12)
  end.writeUInt32LE(Math.min(start, ELSEWHERE), 16)
  return large ? Buffer.concat([largeEnd(directory), end]) : end
}

function largeEnd({ files, start, bytes }: { files: number; start: number; bytes: number }) {
  const end = Buffer.alloc(56 + 20)
  end.writeUInt32LE(LARGE_END_SIGNATURE, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeUInt16LE(LARGE_VERSION, 12)
  end.writeUInt16LE(LARGE_VERSION, 14)
  end.writeBigUInt64LE(BigInt(files), 24)
  end.writeBigUInt64LE(BigInt(files), 32)
  end.writeBigUInt64LE(BigInt(bytes), 40)
  end.writeBigUInt64LE(BigInt(start), 48)
  end.writeUInt32LE(LARGE_PLACE_SIGNATURE, 56)
  end.writeBigUInt64LE(BigInt(start + bytes), 64)
  end.writeUInt32LE(1, 72)
  return end
}
