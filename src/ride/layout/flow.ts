import type { Press } from '../pdf/press.ts'
import type { Tag } from '../pdf/structure.ts'
import type { Line } from '../pdf/text-lines.ts'
import { BORDER, BOX_PADDING, BOX_RADIUS, CONTENT_WIDTH, MARGIN, PAGE } from './theme.ts'

/** Something with a height that can be drawn anywhere. */
export interface Item {
  readonly height: number
  /** Only keeps others apart: never a reason for a page, and nothing at the top of one. */
  readonly gap?: true
  /** Stays on the page of what follows. */
  readonly keep?: boolean
  /** Drawn again at the top of every page that this item continues a table on. */
  readonly repeat?: Item
  draw(press: Press, x: number, y: number): void
  /** The part that fits in `room` points and the rest, or null when it cannot be parted there. */
  split?(room: number): readonly [Item, Item] | null
}

export interface Part {
  readonly tag: Tag
  readonly attributes?: string
  readonly lines: readonly Line[]
  /** The part that this one was parted from: both are one element of the tree. */
  readonly origin?: Part
}

export interface Cell {
  readonly x: number
  readonly width: number
  readonly align: 'start' | 'end'
  readonly parts: readonly Part[]
  /** An element around the parts, such as LI around Lbl and LBody. */
  readonly around?: Tag
  readonly origin?: Cell
}

export interface Rule {
  readonly weight: number
  readonly stroke: string
}

/** Gives the element that a row belongs to, made when it is first needed. */
export type Parent = (press: Press) => number

/** Makes an element once per sheet, on first use, so that the tree follows the order of drawing. */
export function element(tag: Tag, parent: Parent): Parent {
  let made: number | null = null
  return (press) => {
    made ??= press.tree.add(tag, parent(press))
    return made
  }
}

/** Nothing, so many points high. */
export function space(height: number): Item {
  return { height, gap: true, draw: () => {} }
}

const linesHeight = (lines: readonly Line[]): number =>
  lines.reduce((sum, { style }) => sum + style.leading, 0)

function cellHeight(cell: Cell): number {
  return cell.parts.reduce((sum, { lines }) => sum + linesHeight(lines), 0)
}

interface RowOptions {
  readonly parent: Parent
  /** Wraps the cells of the row in one element. */
  readonly around?: Tag
  readonly padding?: number
  readonly rule?: Rule
  readonly ruleWidth?: number
  readonly keep?: boolean
  readonly repeat?: Item
  /** Drawn as decoration, unseen by screen readers: a head that is only repeated. */
  readonly artifact?: boolean
}

/** Cells side by side, each with lines: a row of a table, or a label and its value. */
export class Row implements Item {
  readonly height: number
  readonly keep: boolean
  readonly repeat?: Item
  readonly #cells: readonly Cell[]
  readonly #options: RowOptions
  /** The elements made for the row, its cells and their parts, shared by both halves of a row. */
  readonly #elements: Map<unknown, number>

  constructor(cells: readonly Cell[], options: RowOptions, elements = new Map<unknown, number>()) {
    this.#cells = cells
    this.#options = options
    this.#elements = elements
    this.keep = options.keep ?? false
    if (options.repeat !== undefined) this.repeat = options.repeat
    this.height = Math.max(0, ...cells.map(cellHeight)) + 2 * (options.padding ?? 0)
  }

  draw(press: Press, x: number, y: number): void {
    const { around, parent, padding = 0, rule, artifact } = this.#options
    if (artifact === true) {
      press.page.openArtifact()
      for (const cell of this.#cells) this.#drawCell(press, cell, null, x, y + padding)
      press.page.close()
    } else {
      const above = parent(press)
      const home =
        around === undefined ? above : this.#element(press, this.#options.parent, around, above)
      for (const cell of this.#cells) this.#drawCell(press, cell, home, x, y + padding)
    }
    if (rule !== undefined) {
      const width = this.#options.ruleWidth ?? CONTENT_WIDTH
      press.page.rule(x, y + this.height, width, rule.weight, rule.stroke)
    }
  }

  #element(press: Press, key: unknown, tag: Tag, parent: number, attributes = ''): number {
    let made = this.#elements.get(key)
    if (made === undefined) {
      made = press.tree.add(tag, parent, attributes)
      this.#elements.set(key, made)
    }
    return made
  }

  #drawCell(press: Press, cell: Cell, home: number | null, x: number, top: number): void {
    const above =
      cell.around === undefined || home === null
        ? home
        : this.#element(press, cell.origin ?? cell, cell.around, home)
    let y = top
    for (const part of cell.parts) {
      if (above !== null) {
        press.open(this.#element(press, part.origin ?? part, part.tag, above, part.attributes))
      }
      for (const line of part.lines) {
        const free = cell.width - line.width
        press.line(line, x + cell.x + (cell.align === 'end' ? free : 0), y)
        y += line.style.leading
      }
      if (above !== null) press.page.close()
    }
  }

  split(room: number): readonly [Item, Item] | null {
    const inner = room - 2 * (this.#options.padding ?? 0)
    const halves = this.#cells.map((cell) => splitCell(cell, inner))
    if (halves.every(([top]) => cellHeight(top) === 0)) return null
    const tops = halves.map(([top]) => top)
    const bottoms = halves.map(([, bottom]) => bottom)
    const { rule: _, ...unruled } = this.#options
    return [new Row(tops, unruled, this.#elements), new Row(bottoms, this.#options, this.#elements)]
  }
}

function splitCell(cell: Cell, room: number): readonly [Cell, Cell] {
  let left = room
  const top: Part[] = []
  const bottom: Part[] = []
  for (const part of cell.parts) {
    const origin = part.origin ?? part
    const cut = part.lines.findIndex((line) => {
      left -= line.style.leading
      return left < 0
    })
    if (cut !== 0) top.push(cut < 0 ? part : { ...part, origin, lines: part.lines.slice(0, cut) })
    if (cut >= 0) bottom.push({ ...part, origin, lines: part.lines.slice(cut) })
  }
  const origin = cell.origin ?? cell
  return [
    { ...cell, origin, parts: top },
    { ...cell, origin, parts: bottom },
  ]
}

/** Items on top of each other, not parted, within a border. */
export function boxed(items: readonly Item[], width: number, heightMin = 0): Item {
  const inner = items.reduce((sum, item) => sum + item.height, 0)
  const height = Math.max(inner + 2 * BOX_PADDING - 5, heightMin)
  return {
    height,
    draw(press, x, y) {
      press.page.box(x, y, width, height, BOX_RADIUS, BORDER)
      let top = y + BOX_PADDING
      for (const item of items) {
        item.draw(press, x + BOX_PADDING, top)
        top += item.height
      }
    },
  }
}

/** What an empty page holds at least, below its head and the head of a table. */
export const PAGE_ROOM = PAGE.height - MARGIN.top - MARGIN.bottom - 90

/** How much has to fit below an item that stays with what follows: down to the first that does not. */
function companyOf(queue: readonly Item[]): number {
  let height = 0
  for (let at = queue.length - 1; at >= 0; at -= 1) {
    const item = queue[at]
    height += item?.height ?? 0
    if (item?.keep !== true && item?.gap !== true) break
  }
  return Math.min(height, PAGE_ROOM / 2)
}

/** Puts items one below the other over as many pages as they need. */
export function flow(press: Press, items: readonly Item[], x: number = MARGIN.side): void {
  const queue = [...items].reverse()
  let fresh = false
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (item.gap && (fresh || item.height > press.room)) continue
    const next = item.keep === true ? companyOf(queue) : 0
    const fits = item.height + next <= press.room || (fresh && item.height <= press.room)
    const parts = fits || !(fresh || item.height > PAGE_ROOM) ? null : item.split?.(press.room)
    // What does not fit an empty page and cannot be parted is drawn all the same, once.
    const drawn = parts?.[0] ?? (fits || fresh ? item : null)
    if (drawn !== null) {
      drawn.draw(press, x, press.y)
      press.y += drawn.height
      fresh = false
    }
    if (drawn === item) continue
    queue.push(parts?.[1] ?? item)
    press.newPage()
    fresh = true
    const head = queue.at(-1)?.repeat
    if (head === undefined) continue
    head.draw(press, x, press.y)
    press.y += head.height
  }
}
