import { hash } from 'node:crypto'
import { PAGE } from '../layout/theme.ts'
import type { EmbeddedFaces, PreparedObject, PrintedSheet } from '../pdf/assemble.ts'
import { pdfDate, pdfText } from '../pdf/ride-file.ts'
import { writeBoxFont, writeFace } from '../pdf/write-fonts.ts'
import { type ObjectPlace, ObjectWriter } from './object-writer.ts'
import { NO_MARKS, Outline, type OutlinePlace } from './outline.ts'

/** How far a document of many sheets has come. Plain data, to go on from. */
export interface MergedPlace {
  readonly file: ObjectPlace
  readonly outline: OutlinePlace
  readonly pages: number
  /** The nodes of its pages, one for each step that had any: their numbers, and how many pages. */
  readonly nodes: readonly (readonly [id: number, pages: number])[]
  /** The numbers of what sheets share, by what it is. */
  readonly shared: Readonly<Record<string, number>>
}

const [CATALOG, PAGES, OUTLINE] = [1, 2, 3]

export const NO_SHEETS: MergedPlace = {
  file: { bytes: 0, objects: 3, lastList: 0 },
  outline: NO_MARKS,
  pages: 0,
  nodes: [],
  shared: {},
}

/** Tells whoever moves files that this one is no text. */
const HEAD = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n'

/** The bookmarks of a sheet. */
export interface SheetMark {
  readonly chapter: string
  readonly title: string
}

/**
 * Puts the pages of many sheets into one PDF, with bookmarks. What comes out is to be written behind
 * one another at once: nothing is held but where things are. Fonts and mark are in it once. The tags
 * and the XML of each sheet stay in its own file.
 */
export class MergedSheets {
  readonly #file: ObjectWriter
  readonly #outline: Outline
  readonly #nodes: (readonly [number, number])[]
  readonly #shared: Record<string, number>
  #pages: number
  #node: number | null = null
  #kids: number[] = []

  /** @param place where a step ended before, or `NO_SHEETS` */
  constructor(place: MergedPlace) {
    this.#file = new ObjectWriter(place.file)
    this.#outline = new Outline(this.#file, OUTLINE, place.outline)
    this.#nodes = [...place.nodes]
    this.#shared = { ...place.shared }
    this.#pages = place.pages
    if (place.file.bytes === 0) this.#file.text(HEAD)
  }

  /** Adds a sheet; answers the number of its first page, from 1. */
  add(sheet: PrintedSheet, { chapter, title }: SheetMark): number {
    const resources = this.#resourcesOf(sheet)
    this.#node ??= this.#file.reserve()
    const first = this.#pages + 1
    for (const [at, content] of sheet.contents.entries()) {
      const [id, contentId] = [this.#file.reserve(), this.#file.reserve()]
      this.#file.writeStream(contentId, '/Filter/FlateDecode', content)
      this.#file.pack(
        id,
        `<</Type/Page/Parent ${this.#node} 0 R/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]` +
          `/Resources ${resources} 0 R/Contents ${contentId} 0 R>>`,
      )
      this.#kids.push(id)
      if (at === 0) this.#outline.add(chapter, title, id)
    }
    this.#pages += sheet.contents.length
    return first
  }

  /** Sheets that need nothing of their own share one. */
  #resourcesOf({ faces, logo, missing }: PrintedSheet): number {
    const fonts = this.#facesOf(faces)
    const mark = logo === null ? '' : `/XObject<</Logo ${this.#logoOf(logo)} 0 R>>`
    const write = (boxes: string) => {
      const id = this.#file.reserve()
      this.#file.pack(id, `<</Font<<${fonts}${boxes}>>${mark}>>`)
      return id
    }
    if (missing.length === 0) return this.#once(`resources ${fonts} ${mark}`, () => write(''))
    const boxes = missing.map(
      (characters, at) => `/X${at} ${writeBoxFont(this.#file, characters)} 0 R`,
    )
    return write(boxes.join(''))
  }

  #facesOf(faces: EmbeddedFaces): string {
    const fonts = Object.entries(faces).map(([name, face]) => {
      const font = this.#once(`face ${face.postscriptName}`, () => writeFace(this.#file, face))
      return `/${name} ${font} 0 R`
    })
    return fonts.join('')
  }

  #logoOf({ dictionary, data }: PreparedObject): number {
    return this.#once(`logo ${hash('sha1', data)}`, () => {
      const id = this.#file.reserve()
      this.#file.writeStream(id, dictionary, data)
      return id
    })
  }

  #once(name: string, write: () => number): number {
    const id = this.#shared[name] ?? write()
    this.#shared[name] = id
    return id
  }

  /** Ends a step; from the place that it answers, another process can go on. */
  endStep(): MergedPlace {
    this.#endNode()
    this.#file.list(`/Root ${CATALOG} 0 R`)
    return {
      file: this.#file.place,
      outline: this.#outline.place,
      pages: this.#pages,
      nodes: [...this.#nodes],
      shared: { ...this.#shared },
    }
  }

  #endNode(): void {
    if (this.#node === null) return
    const kids = this.#kids.map((id) => `${id} 0 R`).join(' ')
    const count = this.#kids.length
    const body = `<</Type/Pages/Parent ${PAGES} 0 R/Count ${count}/Kids[${kids}]>>`
    this.#file.pack(this.#node, body)
    this.#nodes.push([this.#node, count])
    this.#node = null
    this.#kids = []
  }

  /** Ends the document. */
  end({ title, author, createdAt }: { title: string; author: string; createdAt: Date }): void {
    this.#endNode()
    this.#outline.end()
    const kids = this.#nodes.map(([id]) => `${id} 0 R`).join(' ')
    this.#file.pack(PAGES, `<</Type/Pages/Count ${this.#pages}/Kids[${kids}]>>`)
    this.#file.pack(
      CATALOG,
      `<</Type/Catalog/Pages ${PAGES} 0 R/Outlines ${OUTLINE} 0 R/PageMode/UseOutlines` +
        '/Lang(es-EC)/ViewerPreferences<</DisplayDocTitle true>>>>',
    )
    const info = this.#file.reserve()
    const facts = `/Title${pdfText(title)}/Author${pdfText(author)}`
    this.#file.pack(info, `<<${facts}/CreationDate${pdfDate(createdAt)}>>`)
    const { bytes, objects } = this.#file.place
    const digest = hash('md5', JSON.stringify([facts, this.#pages, bytes, objects]))
    this.#file.list(`/Root ${CATALOG} 0 R/Info ${info} 0 R/ID[<${digest}><${digest}>]`)
  }

  /** What is to be written behind what was taken before. */
  take(): Uint8Array[] {
    return this.#file.take()
  }
}
