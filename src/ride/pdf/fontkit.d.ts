/** The part of fontkit that prepares the faces; the package brings no types of its own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number
    readonly advanceWidth: number
  }
  export interface GlyphRun {
    readonly glyphs: readonly Glyph[]
    readonly positions: readonly { readonly xAdvance: number }[]
  }
  export interface Font {
    readonly postscriptName: string
    readonly ascent: number
    readonly descent: number
    readonly capHeight: number
    readonly bbox: {
      readonly minX: number
      readonly minY: number
      readonly maxX: number
      readonly maxY: number
    }
    readonly characterSet: readonly number[]
    glyphForCodePoint(point: number): Glyph
    layout(text: string): GlyphRun
    createSubset(): { includeGlyph(id: number): number; encode(): Uint8Array }
  }
  export function create(bytes: Uint8Array): Font
}
