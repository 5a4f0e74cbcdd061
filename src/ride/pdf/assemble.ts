import { hash } from 'node:crypto'
import { type FaceName, PAGE } from '../layout/theme.ts'
import type { EmbeddedFace } from './fonts.ts'
import type { Press } from './press.ts'
import {
  deflate,
  type FileFacts,
  pdfDate,
  RideFile,
  reference,
  type Verbatim,
} from './ride-file.ts'
import { writeBoxFont, writeFace } from './write-fonts.ts'

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

/** The pages of a sheet and all that they are drawn with. Plain data, for threads. */
export interface PrintedSheet {
  /** Deflated. */
  readonly contents: readonly Uint8Array[]
  readonly faces: EmbeddedFaces
  readonly logo: PreparedObject | null
  /** For each box font, the characters that it stands for. */
  readonly missing: readonly (readonly string[])[]
}

export function printed(
  press: Press,
  faces: EmbeddedFaces,
  logo: PreparedObject | null,
): PrintedSheet {
  const contents = press.pages.map((page) => deflate(page.content()))
  return { contents, faces, logo, missing: press.missingByFont() }
}

function writePages(
  file: RideFile,
  contents: readonly Uint8Array[],
  fonts: readonly string[],
  logo: number | null,
): readonly number[] {
  const resources = file.reserve()
  const marks = logo === null ? '' : `/XObject<</Logo ${logo} 0 R>>`
  file.pack(resources, `<</Font<<${fonts.join('')}>>${marks}>>`)
  return contents.map((content, index) =>
    file.writePage(
      content,
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
  { contents, faces, logo, missing }: PrintedSheet,
  facts: FileFacts,
  xml: Attachment | null,
): Buffer {
  const file = new RideFile(facts)
  const fonts = [`/R ${writeFace(file, faces.R)} 0 R`, `/S ${writeFace(file, faces.S)} 0 R`]
  missing.forEach((characters, index) => {
    fonts.push(`/X${index} ${writeBoxFont(file, characters)} 0 R`)
  })
  const logoId = logo === null ? null : file.reserve()
  if (logo !== null && logoId !== null) file.writeStream(logoId, logo.dictionary, logo.data)
  const pages = writePages(file, contents, fonts, logoId)
  writeStructure(file, press, pages)
  if (xml !== null) writeAttachment(file, xml, facts.createdAt)
  return file.bytes()
}
