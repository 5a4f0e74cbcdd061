import { MARGIN, PAGE, type Style } from '../layout/theme.ts'
import type { Shaped } from './fonts.ts'
import { Page } from './page.ts'
import { StructureTree } from './structure.ts'
import type { Faces, Line } from './text-lines.ts'

/** A simple font has 256 codes; the first one is left alone. */
const CODES_PER_FONT = 255

/** The sheet being printed: its pages, what they mean, and where the next thing goes. */
export class Press {
  readonly pages: Page[] = []
  readonly tree = new StructureTree()
  readonly faces: Faces
  /** Characters that no face has, in order of appearance. */
  readonly missing: string[] = []
  readonly #missingCodes = new Map<string, number>()
  /** Whether some text needs more than the core glyphs. */
  extended = false
  y = 0
  readonly #startPage: (press: Press, index: number) => number

  /** @param startPage draws the head of a new page and returns where its content begins. */
  constructor(faces: Faces, startPage: (press: Press, index: number) => number) {
    this.faces = faces
    this.#startPage = startPage
    this.newPage()
  }

  get page(): Page {
    return this.pages.at(-1) as Page
  }

  get room(): number {
    return PAGE.height - MARGIN.bottom - this.y
  }

  newPage(): void {
    this.pages.push(new Page())
    this.y = this.#startPage(this, this.pages.length - 1)
  }

  /** What follows until `page.close()` is content of the element. */
  open(element: number): void {
    const mark = this.tree.mark(element, this.pages.length - 1)
    this.page.open(this.tree.tagOf(element), mark)
  }

  line({ style, shaped }: Line, x: number, top: number): void {
    this.put(this.page, style, shaped, x, top)
  }

  put(page: Page, style: Style, shaped: Shaped, x: number, top: number): void {
    if (shaped.extended) this.extended = true
    page.text(style, shaped, x, top, this.#missingGlyph)
  }

  readonly #missingGlyph = (character: string): { font: string; hex: string } => {
    let index = this.#missingCodes.get(character)
    if (index === undefined) {
      index = this.missing.length
      this.missing.push(character)
      this.#missingCodes.set(character, index)
    }
    const code = (index % CODES_PER_FONT) + 1
    return {
      font: `X${Math.floor(index / CODES_PER_FONT)}`,
      hex: code.toString(16).padStart(2, '0'),
    }
  }

  /** The missing characters of each box font, in the order of their codes. */
  missingByFont(): readonly (readonly string[])[] {
    const fonts: string[][] = []
    for (let from = 0; from < this.missing.length; from += CODES_PER_FONT) {
      fonts.push(this.missing.slice(from, from + CODES_PER_FONT))
    }
    return fonts
  }
}
