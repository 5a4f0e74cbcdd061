/** One value of DER: its tag, what stands in it, and all of it. */
export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

export const DER = {
  boolean: 0x01,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const

const LENGTH_BYTES_MAX = 4

/** @throws RangeError when the bytes are no DER. */
export function readDer(bytes: Buffer, start = 0): DerValue {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw notDer()
  let at = start + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > LENGTH_BYTES_MAX || at + count > bytes.length) throw notDer()
    length = bytes.readUIntBE(at, count)
    at += count
  }
  const end = at + length
  if (end > bytes.length) throw notDer()
  return { tag, content: bytes.subarray(at, end), whole: bytes.subarray(start, end) }
}

/** The values that stand one after another in a sequence or set. */
export function derChildren({ content }: DerValue): DerValue[] {
  const children: DerValue[] = []
  for (let at = 0; at < content.length; ) {
    const child = readDer(content, at)
    children.push(child)
    at += child.whole.length
  }
  return children
}

/** `1.3.6.1.4.1.37746.3.11`; arcs beyond 2^53 come out wrong and match nothing. */
export function derOid({ content }: DerValue): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  // The first number holds the first two arcs.
  const [both = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(both / 40))
  return [first, both - 40 * first, ...rest].join('.')
}

const [UTF8, NUMERIC, PRINTABLE, TELETEX, IA5, VISIBLE, BMP] = [
  0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1e,
]

/** The text of any of the strings of DER; null for anything else. */
export function derText({ tag, content }: DerValue): string | null {
  if (tag === UTF8) return content.toString('utf8')
  if (tag === BMP)
    return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : null
  const plain = [NUMERIC, PRINTABLE, TELETEX, IA5, VISIBLE].includes(tag)
  return plain ? content.toString('latin1') : null
}

function notDer(): RangeError {
  return new RangeError('These bytes are no DER')
}
