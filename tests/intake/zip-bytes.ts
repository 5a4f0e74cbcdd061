import zlib from 'node:zlib'

/** One entry of a ZIP made by hand, so that it can lie in any field. */
export interface RawEntry {
  name: string
  content: Uint8Array | string
  method?: number
  flags?: number
  /** What the directory says instead of the truth. */
  says?: { size?: number; packedSize?: number; crc32?: number; offset?: number }
  /** Unix mode, in the upper half of the external attributes. */
  mode?: number
  /** Written as the data as it is, not compressed. */
  packed?: Uint8Array
}

/** Writes a ZIP with these entries; honest unless told otherwise. */
export function zipBytes(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const facts = factsOf(entry)
    const local = Buffer.concat([localHeader(entry, facts), Buffer.from(entry.name), facts.packed])
    directory.push(centralHeader(entry, facts, entry.says?.offset ?? offset))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length % 65_536, 8)
  end.writeUInt16LE(entries.length % 65_536, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

interface Facts {
  packed: Buffer
  method: number
  flags: number
  size: number
  packedSize: number
  crc32: number
}

function factsOf(entry: RawEntry): Facts {
  const content = Buffer.from(entry.content)
  const method = entry.method ?? 8
  const packed = Buffer.from(
    entry.packed ?? (method === 8 ? zlib.deflateRawSync(content) : content),
  )
  return {
    packed,
    method,
    flags: entry.flags ?? 0x800,
    size: entry.says?.size ?? content.length,
    packedSize: entry.says?.packedSize ?? packed.length,
    crc32: entry.says?.crc32 ?? zlib.crc32(content),
  }
}

function localHeader(entry: RawEntry, facts: Facts): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(facts.flags, 6)
  header.writeUInt16LE(facts.method, 8)
  header.writeUInt32LE(facts.crc32, 14)
  header.writeUInt32LE(facts.packedSize, 18)
  header.writeUInt32LE(facts.size, 22)
  header.writeUInt16LE(Buffer.byteLength(entry.name), 26)
  return header
}

function centralHeader(entry: RawEntry, facts: Facts, offset: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(0x0314, 4)
  header.writeUInt16LE(20, 6)
  header.writeUInt16LE(facts.flags, 8)
  header.writeUInt16LE(facts.method, 10)
  header.writeUInt32LE(facts.crc32, 16)
  header.writeUInt32LE(facts.packedSize, 20)
  header.writeUInt32LE(facts.size, 24)
  header.writeUInt16LE(Buffer.byteLength(entry.name), 28)
  header.writeUInt32LE(((entry.mode ?? 0o100644) * 65_536) >>> 0, 38)
  header.writeUInt32LE(offset, 42)
  return Buffer.concat([header, Buffer.from(entry.name)])
}
