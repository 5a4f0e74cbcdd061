import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const SIDE_MIN = 64
const SIDE_MAX = 512
/** Bytes of a point by the kinds that a PDF takes as they are: grey and RGB of eight bits. */
const POINT_BYTES: Readonly<Record<number, number>> = { 0: 1, 2: 3 }

const BROKEN = 'El PNG está dañado.'
const UNFIT = 'Guarda el PNG sin transparencia, de 8 bits por color y sin entrelazar, o usa un SVG.'

/**
 * Reads a picture and writes it anew from its points alone, so that nothing else that the file
 * carried goes further. Square, without transparency.
 */
export function readPng(file: Buffer): { ok: true; png: Buffer } | { ok: false; problem: string } {
  const chunks = chunksOf(file)
  const head = chunks?.[0]
  if (!chunks || head?.type !== 'IHDR' || head.data.length !== 13) {
    return { ok: false, problem: BROKEN }
  }
  const [width, height] = [head.data.readUInt32BE(0), head.data.readUInt32BE(4)]
  const [bits, colour, , , interlaced] = head.data.subarray(8)
  const pointBytes = POINT_BYTES[colour ?? -1]
  const transparent = chunks.some(({ type }) => type === 'tRNS')
  if (pointBytes === undefined || bits !== 8 || interlaced !== 0 || transparent) {
    return { ok: false, problem: UNFIT }
  }
  if (width !== height || width < SIDE_MIN || width > SIDE_MAX) {
    return {
      ok: false,
      problem: `Usa un PNG cuadrado de ${SIDE_MIN} a ${SIDE_MAX} puntos de lado.`,
    }
  }
  const packed = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])))
  const rows = unpack(packed, height * (1 + width * pointBytes))
  const filtersFit = rows?.every((byte, at) => at % (1 + width * pointBytes) !== 0 || byte <= 4)
  if (!rows || !filtersFit) return { ok: false, problem: BROKEN }
  const parts = [
    chunk('IHDR', head.data),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return { ok: true, png: Buffer.concat([SIGNATURE, ...parts]) }
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

/** The parts of a PNG, each proven by its checksum; null when one is not whole. */
function chunksOf(file: Buffer): Chunk[] | null {
  if (!file.subarray(0, 8).equals(SIGNATURE)) return null
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at)
    if (end + 4 > file.length) return null
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) return null
    const type = file.toString('latin1', at + 4, at + 8)
    chunks.push({ type, data: file.subarray(at + 8, end) })
    if (type === 'IEND') return chunks
    at = end + 4
  }
  return null
}

/** Null when it is not just as much as it should be. */
function unpack(packed: Buffer, length: number): Buffer | null {
  try {
    const rows = inflateSync(packed, { maxOutputLength: length })
    return rows.length === length ? rows : null
  } catch {
    return null
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
