import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import type { Font } from 'fontkit'
import * as fontkit from 'fontkit'

const FOLDER = new URL('fonts/', import.meta.url)

/** What nearly every receipt is written with; it is embedded alone, which halves the file. */
const CORE =
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~' +
  '\u00a0áéíóúüñÁÉÍÓÚÜÑ¿¡ºª°·•–—…«»“”‘’×€−'
const KERN_UNKNOWN = 0x7fff
/** Less than this is a twentieth of a point in our sizes: nobody sees it, every file carries it. */
const KERN_MIN = 6
const CACHE_TEXTS_MAX = 8192
/** A longer text is nobody's label, and will be broken into lines. */
const CACHED_LENGTH_MAX = 120
const MISSING_WIDTH = 640
/** Nothing to draw: controls, joiners, marks of direction, choices between two drawings. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]+/gu

/** A mark alone would be drawn beside its letter: such texts are composed first. */
const MARK = /\p{M}/u

/** A piece of a line: glyphs of the font, or a character that the font does not have. */
type Piece =
  | { readonly glyphs: string; readonly missing: null; readonly width: number }
  | { readonly glyphs: null; readonly missing: string; readonly width: number }

/** A text laid out once: widths are in thousandths of the font size. */
export interface Shaped {
  readonly width: number
  readonly pieces: readonly Piece[]
  /** Whether it needs more than the core glyphs. */
  readonly extended: boolean
}

/** What a PDF needs to embed a face, with streams already deflated. */
export interface EmbeddedFace {
  readonly postscriptName: string
  readonly program: Uint8Array
  readonly programLength: number
  readonly toUnicode: Uint8Array
  readonly widths: string
  readonly descriptor: string
}

const segmenter = new Intl.Segmenter('es', { granularity: 'grapheme' })

/** Two bytes of a PDF string, with what would end or change the string escaped. */
function pdfBytes(code: number): string {
  const escaped = (byte: number): string => {
    if (byte === 0x28 || byte === 0x29 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
    return byte === 0x0d ? '\\r' : String.fromCharCode(byte)
  }
  return escaped(code >> 8) + escaped(code & 0xff)
}

const hex4 = (unit: number): string => unit.toString(16).padStart(4, '0')

function utf16Hex(text: string): string {
  let hex = ''
  for (let at = 0; at < text.length; at++) hex += hex4(text.charCodeAt(at))
  return hex
}

/** The CMap that turns codes back into text, so that a PDF can be searched and copied. */
export function toUnicodeMap(texts: readonly string[], firstCode: number, bytes: 1 | 2): string {
  const blocks: string[] = []
  for (let from = 0; from < texts.length; from += 100) {
    const lines = texts.slice(from, from + 100).map((text, at) => {
      const code = hex4(firstCode + from + at).slice(4 - bytes * 2)
      return `<${code}> <${utf16Hex(text)}>`
    })
    blocks.push(`${lines.length} beginbfchar\n${lines.join('\n')}\nendbfchar`)
  }
  const top = 'ff'.repeat(bytes)
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<${'00'.repeat(bytes)}> <${top}>
endcodespacerange
${blocks.join('\n')}
endcmap
CMapName currentdict /CMap defineresource pop
end
end`
}

/**
 * One weight of the type, made ready once: every glyph has a fixed code, so that texts can be laid
 * out and kept without knowing the document they will stand in.
 */
export class Face {
  readonly #font: Font
  readonly #characters: readonly string[]
  readonly #codes = new Uint16Array(0x10000)
  readonly #advances: readonly number[]
  readonly #bytes: readonly string[]
  readonly #kerns: Int16Array
  readonly #cache = new Map<string, Shaped>()

  constructor(file: string) {
    this.#font = fontkit.create(readFileSync(new URL(file, FOLDER)))
    const core = [...CORE]
    const rest = this.#font.characterSet
      .map((point) => String.fromCodePoint(point))
      .filter((character) => !CORE.includes(character) && !MARK.test(character))
    this.#characters = [...core, ...rest]
    this.#characters.forEach((character, index) => {
      this.#codes[character.charCodeAt(0)] = index + 1
    })
    const glyphs = this.#characters.map((one) => this.#font.glyphForCodePoint(one.charCodeAt(0)))
    this.#advances = [MISSING_WIDTH, ...glyphs.map((glyph) => glyph.advanceWidth)]
    this.#bytes = this.#advances.map((_, code) => pdfBytes(code))
    this.#kerns = new Int16Array(this.#advances.length ** 2).fill(KERN_UNKNOWN)
  }

  /** Lays a text out; what the font lacks is kept as a piece of its own. */
  shape(text: string): Shaped {
    const known = this.#cache.get(text)
    if (known !== undefined) return known
    const shaped = this.#shapeCovered(text) ?? this.#shapePieces(text)
    if (text.length > CACHED_LENGTH_MAX) return shaped
    if (this.#cache.size >= CACHE_TEXTS_MAX) this.#cache.clear()
    this.#cache.set(text, shaped)
    return shaped
  }

  /** Width in thousandths of the size, for texts that are only tried and then forgotten. */
  measure(text: string): number {
    let width = 0
    let before = 0
    for (let at = 0; at < text.length; at++) {
      const code = this.#codes[text.charCodeAt(at)] ?? 0
      if (code === 0) return this.#shapePieces(text).width
      width += (this.#advances[code] ?? 0) + (before === 0 ? 0 : this.#kern(before, code))
      before = code
    }
    return width
  }

  /** The whole text in one piece, or null when some character is not in the font. */
  #shapeCovered(text: string): Shaped | null {
    let glyphs = ''
    let width = 0
    let before = 0
    let extended = false
    for (let at = 0; at < text.length; at++) {
      const code = this.#codes[text.charCodeAt(at)] ?? 0
      if (code === 0) return null
      if (code > CORE.length) extended = true
      const kern = before === 0 ? 0 : this.#kern(before, code)
      if (kern !== 0) glyphs += `)${-kern}(`
      glyphs += this.#bytes[code]
      width += kern + (this.#advances[code] ?? 0)
      before = code
    }
    return { width, pieces: [{ glyphs, missing: null, width }], extended }
  }

  /** The long way: composed characters first, then one box for each that nobody can draw. */
  #shapePieces(text: string): Shaped {
    const pieces: Piece[] = []
    let width = 0
    let extended = false
    let pending = ''
    const flush = (): void => {
      const shaped = pending === '' ? null : this.#shapeCovered(pending)
      pending = ''
      if (shaped === null) return
      pieces.push(...shaped.pieces)
      width += shaped.width
      extended ||= shaped.extended
    }
    for (const { segment } of segmenter.segment(text.normalize('NFC'))) {
      const drawn = segment.replace(INVISIBLE, '')
      if (drawn === '') continue
      if (this.#shapeCovered(drawn) !== null) {
        pending += drawn
        continue
      }
      flush()
      pieces.push({ glyphs: null, missing: segment, width: MISSING_WIDTH })
      width += MISSING_WIDTH
    }
    flush()
    return { width, pieces, extended }
  }

  #kern(before: number, after: number): number {
    const at = before * this.#advances.length + after
    const known = this.#kerns[at] ?? 0
    if (known !== KERN_UNKNOWN) return known
    const run = this.#font.layout(`${this.#characters[before - 1]}${this.#characters[after - 1]}`)
    const exact = (run.positions[0]?.xAdvance ?? 0) - (run.glyphs[0]?.advanceWidth ?? 0)
    const kern = Math.abs(exact) < KERN_MIN ? 0 : Math.round(exact)
    this.#kerns[at] = kern
    return kern
  }

  /** The subset for a document: the core alone, or everything that the font has. */
  embed(extended: boolean): EmbeddedFace {
    const characters = extended ? this.#characters : this.#characters.slice(0, CORE.length)
    const subset = this.#font.createSubset()
    for (const one of characters) {
      subset.includeGlyph(this.#font.glyphForCodePoint(one.charCodeAt(0)).id)
    }
    const program = Buffer.from(subset.encode())
    // A space that does not break is still a space to whoever searches.
    const texts = characters.map((one) => (one === '\u00a0' ? ' ' : one))
    const { bbox, ascent, descent, capHeight, postscriptName } = this.#font
    const name = `${extended ? 'RIDEXT' : 'RIDECR'}+${postscriptName}`
    return {
      postscriptName: name,
      program: deflateSync(program, { level: 9 }),
      programLength: program.length,
      toUnicode: deflateSync(toUnicodeMap(texts, 1, 2), { level: 9 }),
      widths: `[0[${this.#advances.slice(0, characters.length + 1).join(' ')}]]`,
      descriptor:
        `/Type/FontDescriptor/FontName/${name}/Flags 4/ItalicAngle 0/StemV 80` +
        `/FontBBox[${bbox.minX} ${bbox.minY} ${bbox.maxX} ${bbox.maxY}]` +
        `/Ascent ${ascent}/Descent ${descent}/CapHeight ${capHeight}`,
    }
  }
}
