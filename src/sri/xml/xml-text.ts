import { type Refusal, refuse } from '../messages.ts'

/** The SRI refuses documents of 320 KB and more; so do we, before looking at a single byte. */
export const XML_BYTES_MAX = 327_680

type XmlText =
  | { readonly ok: true; readonly text: string; readonly encoding: 'UTF-8' | 'ISO-8859-1' }
  | { readonly ok: false; readonly refusal: Refusal }

const UTF8_NAMES = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])
const LATIN1_NAMES = new Set(['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1'])
const DECLARATION_BYTES_MAX = 512

/**
 * The first gate: bytes to text. Refuses what is too large, no XML at all, or not written in the
 * encoding it declares. The text comes without byte order mark and without leading white space.
 *
 * @param bytesMax from how many bytes on it is too large; an answer holds more than a document.
 */
export function decodeXml(bytes: Uint8Array, bytesMax = XML_BYTES_MAX): XmlText {
  if (bytes.length >= bytesMax) return { ok: false, refusal: refuse('too-large') }
  const start = startOfText(bytes)
  if (start === bytes.length) return { ok: false, refusal: refuse('empty') }
  const foreign = foreignFormat(bytes, start)
  if (foreign !== null) return { ok: false, refusal: foreign }
  const declared = declaredEncoding(bytes, start)
  const name = declared.toLowerCase()
  if (LATIN1_NAMES.has(name)) return decodeLatin1(bytes, start, declared)
  if (name !== '' && !UTF8_NAMES.has(name)) {
    return { ok: false, refusal: refuse('unsupported-encoding', { field: declared }) }
  }
  const text = strictUtf8(bytes.subarray(start))
  return text === null
    ? { ok: false, refusal: refuse('not-utf8') }
    : { ok: true, text, encoding: 'UTF-8' }
}

/** Latin-1 accepts any byte, so text that is really UTF-8 would be read with garbled accents. */
function decodeLatin1(bytes: Uint8Array, start: number, declared: string): XmlText {
  const body = bytes.subarray(start)
  const ascii = body.every((byte) => byte < 0x80)
  if (!ascii && strictUtf8(body) !== null) {
    return { ok: false, refusal: refuse('encoding-mismatch', { field: declared }) }
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
  return { ok: true, text, encoding: 'ISO-8859-1' }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** Skips a UTF-8 byte order mark and white space, which real files carry before the declaration. */
function startOfText(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (at < bytes.length && isBlank(bytes[at])) at += 1
  return at
}

function foreignFormat(bytes: Uint8Array, start: number): Refusal | null {
  const [first, second, third] = [bytes[start], bytes[start + 1], bytes[start + 2]]
  if (first === 0xff || first === 0xfe || second === 0 || first === 0) return refuse('is-utf16')
  if (first === 0x3c) {
    // Only a name, «!», «?» follows «<» in XML; a page of the web is told by its root element.
    const head = asciiOf(bytes, start, start + 15).toLowerCase()
    return head.startsWith('<html') || head.startsWith('<!doctype html') ? refuse('is-html') : null
  }
  if (first === 0x25 && second === 0x50 && third === 0x44) return refuse('is-pdf')
  if (first === 0x50 && second === 0x4b && (third === 3 || third === 5)) return refuse('is-zip')
  if (first === 0x7b || first === 0x5b) return refuse('is-json')
  return refuse('not-xml')
}

/** The name in `encoding="…"` of the XML declaration; empty when there is none. */
function declaredEncoding(bytes: Uint8Array, start: number): string {
  const head = asciiOf(bytes, start, start + DECLARATION_BYTES_MAX)
  if (!head.startsWith('<?xml')) return ''
  const declaration = head.slice(0, head.indexOf('?>') + 1)
  return /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1] ?? ''
}

function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
    .subarray(0, end - start)
    .toString('latin1')
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
