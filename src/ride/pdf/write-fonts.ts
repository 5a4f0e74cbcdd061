import { type EmbeddedFace, toUnicodeMap } from './fonts.ts'
import { deflate } from './ride-file.ts'

/** What objects are written into. */
export interface ObjectFile {
  /** A number for an object that comes later. */
  reserve(): number
  /** A stream with a dictionary already printed, but for its length. */
  writeStream(id: number, dictionary: string, data: Uint8Array): void
  /** An object without stream. */
  pack(id: number, body: string): void
}

/** The empty box that stands for what no face can draw, as a glyph of 640 units. */
const BOX_GLYPH = '640 0 60 -40 580 700 d1 60 0 520 660 re 100 40 440 580 re f*'

/** Writes a face with all that belongs to it; answers the number of its font. */
export function writeFace(file: ObjectFile, face: EmbeddedFace): number {
  const [program, toUnicode, descriptor, descendant, font] = [0, 0, 0, 0, 0].map(() =>
    file.reserve(),
  ) as [number, number, number, number, number]
  const name = face.postscriptName
  file.writeStream(program, `/Length1 ${face.programLength}/Filter/FlateDecode`, face.program)
  file.writeStream(toUnicode, '/Filter/FlateDecode', face.toUnicode)
  file.pack(descriptor, `<<${face.descriptor}/FontFile2 ${program} 0 R>>`)
  file.pack(
    descendant,
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDToGIDMap/Identity` +
      '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>' +
      `/FontDescriptor ${descriptor} 0 R/W ${face.widths}>>`,
  )
  file.pack(
    font,
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H` +
      `/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
  )
  return font
}

/** A font whose every glyph is the box, but whose text is what should have been there. */
export function writeBoxFont(file: ObjectFile, characters: readonly string[]): number {
  const [glyph, toUnicode, font] = [0, 0, 0].map(() => file.reserve()) as [number, number, number]
  const count = characters.length
  file.writeStream(glyph, '', Buffer.from(BOX_GLYPH, 'latin1'))
  const map = deflate(Buffer.from(toUnicodeMap(characters, 1, 1), 'latin1'))
  file.writeStream(toUnicode, '/Filter/FlateDecode', map)
  file.pack(
    font,
    '<</Type/Font/Subtype/Type3/FontBBox[0 -40 640 700]/FontMatrix[.001 0 0 .001 0 0]' +
      `/CharProcs<</box ${glyph} 0 R>>/Encoding<</Type/Encoding/Differences[1${'/box'.repeat(count)}]>>` +
      `/FirstChar 1/LastChar ${count}/Widths[${'640 '.repeat(count)}]` +
      `/Resources<<>>/ToUnicode ${toUnicode} 0 R>>`,
  )
  return font
}
