import { pdfText } from '../pdf/ride-file.ts'
import type { ObjectFile } from '../pdf/write-fonts.ts'

/** A bookmark that is not written yet, because it names the one after it. */
interface OpenMark {
  readonly id: number
  readonly title: string
  /** The number of the page that it leads to. */
  readonly page: number
  readonly previous: number | null
}

interface OpenChapter extends OpenMark {
  first: number
  last: number
  marks: number
}

/** How far the bookmarks have come. Plain data, to go on from. */
export interface OutlinePlace {
  readonly first: number | null
  readonly chapters: number
  readonly chapter: OpenChapter | null
  readonly mark: OpenMark | null
}

export const NO_MARKS: OutlinePlace = { first: null, chapters: 0, chapter: null, mark: null }

/** The bookmarks of a document: chapters, and in each of them marks, in the order of the pages. */
export class Outline {
  readonly #file: ObjectFile
  readonly #root: number
  #first: number | null
  #chapters: number
  #chapter: OpenChapter | null
  #mark: OpenMark | null

  constructor(file: ObjectFile, root: number, { first, chapters, chapter, mark }: OutlinePlace) {
    this.#file = file
    this.#root = root
    this.#first = first
    this.#chapters = chapters
    this.#chapter = chapter && { ...chapter }
    this.#mark = mark
  }

  get place(): OutlinePlace {
    const chapter = this.#chapter && { ...this.#chapter }
    return { first: this.#first, chapters: this.#chapters, chapter, mark: this.#mark }
  }

  add(chapter: string, title: string, page: number): void {
    if (this.#chapter?.title !== chapter) this.#begin(chapter, page)
    const id = this.#file.reserve()
    const current = this.#chapter
    if (current === null) return
    const previous = this.#mark?.id ?? null
    this.#closeMark(id)
    this.#mark = { id, title, page, previous }
    if (current.marks === 0) current.first = id
    current.last = id
    current.marks += 1
  }

  #begin(title: string, page: number): void {
    const id = this.#file.reserve()
    const previous = this.#chapter?.id ?? null
    this.#closeChapter(id)
    this.#first ??= id
    this.#chapters += 1
    this.#chapter = { id, title, page, previous, first: 0, last: 0, marks: 0 }
  }

  #closeMark(next: number | null): void {
    const mark = this.#mark
    if (mark === null) return
    this.#mark = null
    this.#write(mark, this.#chapter?.id ?? this.#root, next, '')
  }

  /** Chapters are shown closed: of hundreds of clients, first the list. */
  #closeChapter(next: number | null): void {
    this.#closeMark(null)
    const chapter = this.#chapter
    if (chapter === null) return
    const { first, last, marks } = chapter
    const inside = `/First ${first} 0 R/Last ${last} 0 R/Count -${marks}`
    this.#write(chapter, this.#root, next, inside)
  }

  #write(mark: OpenMark, parent: number, next: number | null, more: string): void {
    const { id, title, page, previous } = mark
    const beside =
      (previous === null ? '' : `/Prev ${previous} 0 R`) +
      (next === null ? '' : `/Next ${next} 0 R`)
    const to = `/Dest[${page} 0 R/XYZ null null null]`
    this.#file.pack(id, `<</Title${pdfText(title)}/Parent ${parent} 0 R${beside}${to}${more}>>`)
  }

  end(): void {
    const last = this.#chapter?.id ?? null
    this.#closeChapter(null)
    this.#chapter = null
    const ends = last === null ? '' : `/First ${this.#first} 0 R/Last ${last} 0 R`
    this.#file.pack(this.#root, `<</Type/Outlines${ends}/Count ${this.#chapters}>>`)
  }
}
