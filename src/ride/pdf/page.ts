import type { Style } from '../layout/theme.ts'
import { CAP_HEIGHT, PAGE } from '../layout/theme.ts'
import type { Shaped } from './fonts.ts'

/** Tenths of a point over the height of a page: printing a number costs more than finding it. */
const TENTHS = Array.from({ length: PAGE.height * 10 + 1 }, (_, tenths) => String(tenths / 10))

/** A tenth of a point is 0.035 mm, a dot of a printer of 720 to the inch. */
function at(value: number): string {
  const tenths = Math.round(value * 10)
  return TENTHS[tenths] ?? String(tenths / 10)
}

/** Two decimals, for drawings in units of their own. */
export function num(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** How far a rounded corner's control points stand from it, for a quarter of a circle. */
const ROUND = 0.5523

/** Gives the code of a character that the font lacks: the resource of its font and one byte. */
type MissingGlyph = (character: string) => { readonly font: string; readonly hex: string }

/**
 * The content of one page, as PDF operators. Coordinates come with y growing down from the top
 * edge. Boxes, rules and all that says nothing goes to a layer below, as an artifact.
 */
export class Page {
  readonly #below: string[] = []
  readonly #ops: string[] = []
  #belowPen = ''
  #font = ''
  #fill = ''

  /** Everything until `close` belongs to the mark of this number. */
  open(tag: string, mark: number): void {
    this.#ops.push(`/${tag}<</MCID ${mark}>>BDC`)
  }

  openArtifact(): void {
    this.#ops.push('/Artifact BMC')
  }

  close(): void {
    this.#ops.push('EMC')
  }

  /** A line of text whose box has its top at `top`; capitals stand in the middle of the box. */
  text(style: Style, shaped: Shaped, x: number, top: number, missing: MissingGlyph): void {
    const baseline = PAGE.height - top - style.leading / 2 - (style.size * CAP_HEIGHT) / 2
    if (this.#fill !== style.fill) {
      this.#fill = style.fill
      this.#ops.push(style.fill)
    }
    let op = `BT ${at(x)} ${at(baseline)} Td`
    for (const piece of shaped.pieces) {
      if (piece.missing === null) {
        op += this.#useFont(`/${style.face} ${style.size} Tf`)
        op += piece.glyphs.includes(')') ? ` [(${piece.glyphs})]TJ` : ` (${piece.glyphs})Tj`
      } else {
        const { font, hex } = missing(piece.missing)
        op += `${this.#useFont(`/${font} ${style.size} Tf`)} <${hex}>Tj`
      }
    }
    this.#ops.push(`${op} ET`)
  }

  #useFont(font: string): string {
    if (this.#font === font) return ''
    this.#font = font
    return ` ${font}`
  }

  /** Operators that keep the state of the page to themselves. */
  drawing(operators: string): void {
    this.#ops.push(`q ${operators} Q`)
  }

  rule(x: number, y: number, width: number, weight: number, stroke: string): void {
    const level = at(PAGE.height - y)
    this.#pen(`${stroke} ${weight} w`)
    this.#below.push(`${at(x)} ${level} m ${at(x + width)} ${level} l S`)
  }

  /** Sets colour and width of the lines below, when they are not already those. */
  #pen(pen: string): void {
    if (this.#belowPen === pen) return
    this.#belowPen = pen
    this.#below.push(pen)
  }

  box(x: number, y: number, width: number, height: number, radius: number, stroke: string): void {
    const bottom = PAGE.height - y - height
    const [left, right, top] = [at(x), at(x + width), at(bottom + height)]
    const floor = at(bottom)
    const c = radius * (1 - ROUND)
    const [leftIn, rightIn] = [at(x + radius), at(x + width - radius)]
    const [leftBend, rightBend] = [at(x + c), at(x + width - c)]
    const [floorIn, topIn] = [at(bottom + radius), at(bottom + height - radius)]
    const [floorBend, topBend] = [at(bottom + c), at(bottom + height - c)]
    this.#pen(`${stroke} .7 w`)
    this.#below.push(
      `${leftIn} ${floor} m ${rightIn} ${floor} l ` +
        `${rightBend} ${floor} ${right} ${floorBend} ${right} ${floorIn} c ${right} ${topIn} l ` +
        `${right} ${topBend} ${rightBend} ${top} ${rightIn} ${top} c ${leftIn} ${top} l ` +
        `${leftBend} ${top} ${left} ${topBend} ${left} ${topIn} c ${left} ${floorIn} l ` +
        `${left} ${floorBend} ${leftBend} ${floor} ${leftIn} ${floor} c s`,
    )
  }

  /** Operators under everything else, such as the words across a test document. */
  background(operators: string): void {
    this.#below.unshift(`q ${operators} Q`)
  }

  content(): Buffer {
    const below =
      this.#below.length === 0 ? '' : `/Artifact BMC q\n${this.#below.join('\n')}\nQ EMC\n`
    return Buffer.from(`${below}${this.#ops.join('\n')}\n`, 'latin1')
  }
}
