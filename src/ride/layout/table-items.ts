import { type Faces, type Line, linesOf, widthForLines, widthOf } from '../pdf/text-lines.ts'
import type { Table } from '../sheet.ts'
import { type Cell, element, type Item, type Parent, type Part, Row } from './flow.ts'
import { HAIRLINE, HEAD_RULE_STROKE, STYLES } from './theme.ts'

const PADDING_X = 5
const PADDING_Y = 4.6
/**
 * From airy to crowded: heads of one line, then of more; narrow columns that stop growing earlier.
 * The first that leaves enough to the growing columns is taken, or else the last.
 */
const DENSITIES = [
  { cellMax: 108, headLines: 1, growing: 190 },
  { cellMax: 108, headLines: 2, growing: 120 },
  { cellMax: 108, headLines: 3, growing: 100 },
  { cellMax: 108, headLines: 9, growing: 100 },
  { cellMax: 84, headLines: 9, growing: 110 },
  { cellMax: 64, headLines: 9, growing: 90 },
  { cellMax: 48, headLines: 9, growing: 0 },
] as const
type Density = (typeof DENSITIES)[number]
const HEADER_SCOPE = '/A<</O/Table/Scope/Column>>'
const HEAD_RULE = { weight: 0.7, stroke: HEAD_RULE_STROKE }
const ROW_RULE = { weight: 0.5, stroke: HAIRLINE }

interface Place {
  readonly x: number
  readonly width: number
}

/** How wide a column wants to be, with the air on both sides. */
function wish(faces: Faces, table: Table, column: number, density: Density): number {
  let widest = 0
  for (const { cells } of table.rows) {
    widest = Math.max(widest, widthOf(faces, STYLES.cell, cells[column] ?? ''))
  }
  const label = table.columns[column]?.label ?? ''
  const head = widthForLines(faces, STYLES.columnHead, label, density.headLines)
  return Math.max(Math.min(widest, density.cellMax), head) + 2 * PADDING_X
}

/** The place of each column: narrow ones take what they need, the others share what is left. */
function placeColumns(faces: Faces, table: Table, width: number): readonly Place[] {
  const shares = table.columns.reduce((sum, { grow }) => sum + grow, 0)
  const freeOf = (widths: readonly number[]): number => width - widths.reduce((a, b) => a + b, 0)
  let widths: readonly number[] = []
  for (const density of DENSITIES) {
    widths = table.columns.map(({ grow }, index) =>
      grow > 0 ? 0 : wish(faces, table, index, density),
    )
    if (freeOf(widths) >= density.growing * shares) break
  }
  const free = freeOf(widths)
  const unit = shares > 0 ? Math.max(free, 40 * shares) / shares : 0
  // With no growing column, all grow alike to fill the width.
  const extra = shares > 0 ? 0 : Math.max(0, free) / Math.max(1, widths.length)
  let x = 0
  return table.columns.map(({ grow }, index) => {
    const place = { x, width: grow > 0 ? unit * grow : (widths[index] ?? 0) + extra }
    x += place.width
    return place
  })
}

function headCells(faces: Faces, table: Table, places: readonly Place[]): readonly Cell[] {
  return table.columns.map(({ label, align }, index) => {
    const place = places[index] ?? { x: 0, width: 0 }
    const width = place.width - 2 * PADDING_X
    const lines = linesOf(faces, STYLES.columnHead, label, width)
    return {
      x: place.x + PADDING_X,
      width,
      align,
      parts: [{ tag: 'TH', attributes: HEADER_SCOPE, lines }],
    }
  })
}

/** Heads of different heights stand on the rule, not under the ceiling. */
function settle(cells: readonly Cell[], lead: Line | undefined): readonly Cell[] {
  if (lead === undefined) return cells
  const most = Math.max(...cells.map(({ parts }) => parts[0]?.lines.length ?? 0))
  const blank: Line = {
    style: lead.style,
    shaped: { width: 0, pieces: [], extended: false },
    width: 0,
  }
  return cells.map((cell) => ({
    ...cell,
    parts: cell.parts.map((part) => ({
      ...part,
      lines: [...Array<Line>(most - part.lines.length).fill(blank), ...part.lines],
    })),
  }))
}

/**
 * A table: its head, repeated on every page that it continues on, and a row for each line.
 * @param width points from edge to edge
 */
export function tableItems(
  faces: Faces,
  table: Table,
  width: number,
  parent: Parent,
): readonly Item[] {
  const places = placeColumns(faces, table, width)
  const owner = element('Table', parent)
  const plain = headCells(faces, table, places)
  const cells = settle(plain, plain.find(({ parts }) => parts[0]?.lines[0])?.parts[0]?.lines[0])
  const shared = { parent: owner, padding: PADDING_Y, ruleWidth: width }
  const head = new Row(cells, { ...shared, around: 'TR', rule: HEAD_RULE, keep: true })
  const repeat = new Row(cells, { ...shared, rule: HEAD_RULE, artifact: true })
  const rows = table.rows.map(
    (row) =>
      new Row(
        row.cells.map((text, index): Cell => {
          const place = places[index] ?? { x: 0, width: 0 }
          const room = place.width - 2 * PADDING_X
          const lines = [...linesOf(faces, STYLES.cell, text, room)]
          if (index === table.main) {
            for (const note of row.notes) lines.push(...linesOf(faces, STYLES.note, note, room))
          }
          const part: Part = { tag: 'TD', lines }
          const align = table.columns[index]?.align ?? 'start'
          return { x: place.x + PADDING_X, width: room, align, parts: [part] }
        }),
        { ...shared, around: 'TR', rule: ROW_RULE, repeat },
      ),
  )
  return [head, ...rows]
}
