import crypto from 'node:crypto'
import zlib from 'node:zlib'
import { KeptCodec } from '../../values/kept-codec.ts'

/** Text that documents have in common; compressed documents name the one they cannot do without. */
export interface Dictionary {
  id: number
  bytes: Uint8Array
}

/** A dictionary under the number that follows from its bytes, so that no two share one. */
export function dictionaryOf(bytes: Uint8Array): Dictionary {
  return { id: Number.parseInt(documentHash(bytes).slice(0, 12), 16), bytes }
}

/** A file as received, small: zstd, with the dictionary that `dictionaryId` names. */
export interface StoredDocument {
  /** Of the file as received, hexadecimal. */
  sha256: string
  /** Of the file as received, in bytes. */
  size: number
  dictionaryId: number | null
  bytes: Uint8Array
}

const { ZSTD_c_compressionLevel, ZSTD_c_windowLog, ZSTD_c_hashLog, ZSTD_e_end } = zlib.constants

/** Documents are small: a small window and table spare clearing memory that would never be used. */
const PACKING = {
  [ZSTD_c_compressionLevel]: 3,
  [ZSTD_c_windowLog]: 17,
  [ZSTD_c_hashLog]: 13,
}
/** What does not shrink grows by less than this share, and this many bytes. */
const GROWTH = 1 / 128
const GROWTH_BYTES = 512

/** Makes a file small; every packer of a load uses the same dictionary. */
export type Packer = (file: Uint8Array) => StoredDocument

/** The SHA-256 by which a file is known to be the same one again. */
function documentHash(file: Uint8Array): string {
  return crypto.hash('sha256', file, 'hex')
}

/** Makes a file small. `sha256` spares hashing it twice. */
export function packDocument(
  file: Uint8Array,
  dictionary: Dictionary | null,
  sha256: string = documentHash(file),
): StoredDocument {
  return stored(file, dictionary, sha256, zlib.zstdCompressSync(file, packingWith(dictionary)))
}

/**
 * Makes many files small. The dictionary is taken in once and not again for each file, so this is
 * four times as fast as `packDocument`; what comes out is the same.
 */
export function createPacker(dictionary: Dictionary | null): Packer {
  const make = () => zlib.createZstdCompress(packingWith(dictionary))
  const codec = new KeptCodec(make, ZSTD_e_end, false)
  let trusted: boolean | null = null
  return (file) => {
    if (trusted === false) return packDocument(file, dictionary)
    const room = Math.ceil(file.byteLength * (1 + GROWTH)) + GROWTH_BYTES
    const small = codec.run(file, room)
    const packed = small && stored(file, dictionary, documentHash(file), Buffer.from(small))
    trusted ??= packed !== null && opens(packed, dictionary)
    return packed && trusted ? packed : packDocument(file, dictionary)
  }
}

/** The first file is opened again: a codec that Node does not promise has to prove itself. */
function opens(packed: StoredDocument, dictionary: Dictionary | null): boolean {
  try {
    return unpackDocument(packed, dictionary).byteLength === packed.size
  } catch {
    return false
  }
}

function packingWith(dictionary: Dictionary | null): zlib.ZstdOptions {
  return dictionary ? { params: PACKING, dictionary: dictionary.bytes } : { params: PACKING }
}

function stored(
  file: Uint8Array,
  dictionary: Dictionary | null,
  sha256: string,
  bytes: Uint8Array,
): StoredDocument {
  return { sha256, size: file.byteLength, dictionaryId: dictionary?.id ?? null, bytes }
}

/** A stored document that no longer is what was received: a broken disk or a changed row. */
export class DamagedDocument extends Error {
  override name = 'DamagedDocument'
}

/**
 * The file as it was received, byte for byte. Throws `DamagedDocument` when the bytes do not
 * unpack, or not to the file whose hash was stored.
 */
export function unpackDocument(stored: StoredDocument, dictionary: Dictionary | null): Buffer {
  if (stored.dictionaryId !== (dictionary?.id ?? null)) {
    throw new DamagedDocument(`Dictionary ${stored.dictionaryId} is missing`)
  }
  const file = unpack(stored, dictionary)
  if (file.byteLength !== stored.size || documentHash(file) !== stored.sha256) {
    throw new DamagedDocument(`The document ${stored.sha256} has changed`)
  }
  return file
}

function unpack(stored: StoredDocument, dictionary: Dictionary | null): Buffer {
  const limit = { maxOutputLength: Math.max(stored.size, 1) }
  try {
    return zlib.zstdDecompressSync(
      stored.bytes,
      dictionary ? { ...limit, dictionary: dictionary.bytes } : limit,
    )
  } catch (cause) {
    throw new DamagedDocument(`The document ${stored.sha256} does not unpack`, { cause })
  }
}
