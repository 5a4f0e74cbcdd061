import { hash } from 'node:crypto'
import { type FaceName, PAGE } from '../layout/theme.ts'
import { type EmbeddedFace, toUnicodeMap } from './fonts.ts'
import type { Press } from './press.ts'
import {
  deflate,
  type FileFacts,
  pdfDate,
  RideFile,
  reference,
  type Verbatim,
} from './ride-file.ts'

/** A file to be carried inside the PDF. */
export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array
}

export type EmbeddedFaces = Readonly<Record<FaceName, EmbeddedFace>>

/** An XObject made once: the dictionary without length, and its deflated data. */
export interface PreparedObject {
  readonly dictionary: string
  readonly data: Uint8Array
}

/** The empty box that stands for what no face can draw, as a glyph of 640 units. */
const BOX_GLYPH = '640 0 60 -40 580 700 d1 60 0 520 660 re 100 40 440 580 re f*'

function writeFace(file: RideFile, face: EmbeddedFace): number {
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
function writeBoxFont(file: RideFile, characters: readonly string[]): number {
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

function writePages(
  file: RideFile,
  press: Press,
  fonts: readonly string[],
  logo: number | null,
): readonly number[] {
  const resources = file.reserve()
  const marks = logo === null ? '' : `/XObject<</Logo ${logo} 0 R>>`
  file.pack(resources, `<</Font<<${fonts.join('')}>>${marks}>>`)
  return press.pages.map((page, index) =>
    file.writePage(
      page.content(),
      `/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Resources ${resources} 0 R` +
        `/StructParents ${index}/Tabs/S`,
    ),
  )
}

function writeStructure(file: RideFile, press: Press, pages: readonly number[]): void {
  const { tree } = press
  const root = file.reserve()
  const parentTree = file.reserve()
  const ids = Array.from({ length: tree.size }, () => file.reserve())
  const printed = tree.serialize(ids, root, pages)
  printed.elements.forEach((body, index) => {
    file.pack(ids[index] ?? 0, body)
  })
  file.pack(parentTree, printed.parents)
  file.pack(root, `${printed.root}/ParentTree ${parentTree} 0 R>>`)
  file.structureRoot = root
}

/** A file name as a PDF string; ours are made of letters, digits and a few signs. */
const pdfName = (name: string): string => `(${name.replace(/[^\w .-]/g, '_')})`

function writeAttachment(file: RideFile, { name, bytes }: Attachment, at: Date): void {
  const [stream, spec] = [file.reserve(), file.reserve()]
  const checksum = hash('md5', bytes)
  const params = `/Params<</Size ${bytes.length}/ModDate${pdfDate(at)}/CheckSum<${checksum}>>>`
  file.writeStream(
    stream,
    `/Type/EmbeddedFile/Subtype/text#2Fxml${params}/Filter/FlateDecode`,
    deflate(bytes),
  )
  const title = pdfName(name)
  file.pack(
    spec,
    `<</Type/Filespec/AFRelationship/Source/F${title}/UF${title}` +
      `/Desc(Comprobante electr\\363nico en XML)/EF<</F ${stream} 0 R/UF ${stream} 0 R>>>>`,
  )
  const names = file as unknown as { addNamedEmbeddedFile(name: string, ref: Verbatim): void }
  names.addNamedEmbeddedFile(name.replace(/[^\w .-]/g, '_'), reference(spec))
  file._root.data['AF'] = [reference(spec)]
}

/** Puts a printed sheet, its fonts, its meaning and its XML into one PDF. */
export function assemble(
  press: Press,
  facts: FileFacts,
  faces: EmbeddedFaces,
  logo: PreparedObject | null,
  xml: Attachment | null,
): Buffer {
  const file = new RideFile(facts)
  const fonts = [`/R ${writeFace(file, faces.R)} 0 R`, `/S ${writeFace(file, faces.S)} 0 R`]
  press.missingByFont().forEach((characters, index) => {
    fonts.push(`/X${index} ${writeBoxFont(file, characters)} 0 R`)
  })
  const logoId = logo === null ? null : file.reserve()
  if (logo !== null && logoId !== null) file.writeStream(logoId, logo.dictionary, logo.data)
  const pages = writePages(file, press, fonts, logoId)
  writeStructure(file, press, pages)
  if (xml !== null) writeAttachment(file, xml, facts.createdAt)
  return file.bytes()
}
