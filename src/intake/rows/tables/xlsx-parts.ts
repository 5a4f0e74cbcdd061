import path from 'node:path'
import { TableRefused } from './refusal.ts'
import type { XlsxPackage } from './xlsx-package.ts'
import { type PartVisitor, readPart } from './xml-stream.ts'

/** How a number of a sheet is meant, by its style. */
export type NumberKind = 'number' | 'date' | 'percent'

/** What a sheet needs of the rest of its book. */
export interface Book {
  /** The first sheet that can be seen. */
  readonly sheet: string
  /** Days are counted from 1904 on, as old Macs did. */
  readonly from1904: boolean
  readonly strings: readonly string[]
  readonly styles: readonly NumberKind[]
}

const WORKBOOK = 'xl/workbook.xml'
const RELATIONS = 'xl/_rels/workbook.xml.rels'
const STRINGS = 'xl/sharedStrings.xml'
const STYLES = 'xl/styles.xml'
/** What has to be held in memory. */
const [SMALL_MB, STRINGS_MB] = [8, 64]

const NOTHING = () => undefined

export async function readBook(book: XlsxPackage): Promise<Book> {
  const { relation, from1904 } = await readWorkbook(book)
  const sheet = await targetOf(book, relation)
  if (!book.has(sheet)) throw new TableRefused('xlsx-damaged')
  const strings = book.has(STRINGS) ? await readStrings(book) : []
  const styles = book.has(STYLES) ? await readStyles(book) : []
  return { sheet, from1904, strings, styles }
}

async function readWorkbook(book: XlsxPackage) {
  let relation: string | null = null
  let from1904 = false
  await readPart(await book.stream(WORKBOOK, SMALL_MB), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '')
      if (name !== 'sheet' || relation !== null) return
      const hidden = /^(?:hidden|veryHidden)$/.test(attributes['state'] ?? '')
      const id = Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1]
      if (!hidden && id !== undefined) relation = id
    },
    close: NOTHING,
    text: NOTHING,
  })
  if (relation === null) throw new TableRefused('no-sheet')
  return { relation: relation as string, from1904 }
}

async function targetOf(book: XlsxPackage, relation: string): Promise<string> {
  let target = ''
  await readPart(await book.stream(RELATIONS, SMALL_MB), {
    open(name, attributes) {
      if (name === 'Relationship' && attributes['Id'] === relation) {
        target = attributes['Target'] ?? ''
      }
    },
    close: NOTHING,
    text: NOTHING,
  })
  return target.startsWith('/') ? target.slice(1) : path.posix.join('xl', target)
}

/** Texts in pieces of several fonts are one text; their readings in another script are none. */
class StringReader implements PartVisitor {
  readonly strings: string[] = []
  #text = ''
  #inText = false
  #phonetic = false

  open(name: string): void {
    if (name === 'si') this.#text = ''
    else if (name === 'rPh') this.#phonetic = true
    else if (name === 't') this.#inText = !this.#phonetic
  }

  close(name: string): void {
    if (name === 'si') this.strings.push(unescapeText(this.#text))
    else if (name === 'rPh') this.#phonetic = false
    else if (name === 't') this.#inText = false
  }

  text(text: string): void {
    if (this.#inText) this.#text += text
  }
}

async function readStrings(book: XlsxPackage): Promise<string[]> {
  const reader = new StringReader()
  await readPart(await book.stream(STRINGS, STRINGS_MB), reader)
  return reader.strings
}

/** Excel writes what XML forbids as `_x0001_`. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

async function readStyles(book: XlsxPackage): Promise<NumberKind[]> {
  const formats = new Map<string, string>()
  const styles: NumberKind[] = []
  let inCells = false
  await readPart(await book.stream(STYLES, SMALL_MB), {
    open(name, attributes) {
      const id = attributes['numFmtId'] ?? ''
      if (name === 'numFmt') formats.set(id, attributes['formatCode'] ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) styles.push(kindOf(Number(id), formats.get(id)))
    },
    close(name) {
      if (name === 'cellXfs') inCells = false
    },
    text: NOTHING,
  })
  return styles
}

/** Formats that every spreadsheet knows by their number. */
function kindOf(id: number, format: string | undefined): NumberKind {
  if (format !== undefined) return kindOfFormat(format)
  if (id === 9 || id === 10) return 'percent'
  const days =
    (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)
  return days ? 'date' : 'number'
}

/** No spreadsheet takes a longer one; in a hostile one the search below would never end. */
const FORMAT_CHARACTERS_MAX = 255

/** What stands in quotes or brackets, or behind a backslash, is no part of the form. */
function kindOfFormat(format: string): NumberKind {
  if (format.length > FORMAT_CHARACTERS_MAX) return 'number'
  const bare = format.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '')
  if (bare.includes('%')) return 'percent'
  return /[dy]/i.test(bare) && !/general/i.test(bare) ? 'date' : 'number'
}
