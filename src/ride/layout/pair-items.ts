import { type Faces, linesOf, widthOf } from '../pdf/text-lines.ts'
import type { Pair } from '../sheet.ts'
import { type Cell, element, type Item, type Parent, Row } from './flow.ts'
import { STYLES, type Style } from './theme.ts'

const COLUMN_GAP = 10
const GRID_COLUMNS = 12
const GRID_GAP = 14
const ROW_GAP = 5

interface PairStyles {
  readonly label: Style
  readonly value: Style
  /** The part of the width that labels may take. */
  readonly labelShare: number
}

/** Label and value side by side, one pair a row, all values on one edge. */
export function pairItems(
  faces: Faces,
  pairs: readonly Pair[],
  width: number,
  parent: Parent,
  { label, value, labelShare }: PairStyles = {
    label: STYLES.label,
    value: STYLES.value,
    labelShare: 0.42,
  },
): readonly Item[] {
  const list = element('L', parent)
  const widest = Math.max(0, ...pairs.map((pair) => widthOf(faces, label, pair.label)))
  const labelWidth = Math.min(widest, width * labelShare)
  const valueX = labelWidth + COLUMN_GAP
  return pairs.map((pair) => {
    const labelLines = linesOf(faces, label, pair.label, labelWidth)
    const valueLines = linesOf(faces, value, pair.value, width - valueX)
    const cells: Cell[] = [
      { x: 0, width: labelWidth, align: 'start', parts: [{ tag: 'Lbl', lines: labelLines }] },
      {
        x: valueX,
        width: width - valueX,
        align: 'start',
        parts: [{ tag: 'LBody', lines: valueLines }],
      },
    ]
    return new Row(cells, { parent: list, around: 'LI', padding: 1 })
  })
}

/** How many of the twelve columns a pair asks for: what its text needs, in steps of three. */
function span(faces: Faces, pair: Pair, columnWidth: number): number {
  const wanted = Math.max(
    widthOf(faces, STYLES.smallLabel, pair.label),
    widthOf(faces, STYLES.value, pair.value),
  )
  const columns = Math.ceil((wanted + GRID_GAP) / columnWidth)
  return Math.min(GRID_COLUMNS, Math.ceil(columns / 3) * 3)
}

/** Fills rows of twelve columns in order; the last pair of a row takes what is left over. */
function fillRows(
  faces: Faces,
  pairs: readonly Pair[],
  columnWidth: number,
): readonly (readonly { readonly pair: Pair; readonly columns: number }[])[] {
  const rows: { pair: Pair; columns: number }[][] = []
  let used = GRID_COLUMNS
  for (const pair of pairs) {
    const columns = span(faces, pair, columnWidth)
    if (used + columns > GRID_COLUMNS) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push({ pair, columns })
    used += columns
  }
  return rows
}

/** Labels above their values, as many pairs in a row as fit without crowding. */
export function gridItems(
  faces: Faces,
  pairs: readonly Pair[],
  width: number,
  parent: Parent,
): readonly Item[] {
  const list = element('L', parent)
  const columnWidth = (width + GRID_GAP) / GRID_COLUMNS
  return fillRows(faces, pairs, columnWidth).map((row, index) => {
    let at = 0
    const cells = row.map(({ pair, columns }): Cell => {
      const x = at * columnWidth
      at += columns
      const room = columns * columnWidth - GRID_GAP
      return {
        x,
        width: room,
        align: 'start',
        around: 'LI',
        parts: [
          { tag: 'Lbl', lines: linesOf(faces, STYLES.smallLabel, pair.label, room) },
          { tag: 'LBody', lines: linesOf(faces, STYLES.value, pair.value, room) },
        ],
      }
    })
    return new Row(cells, { parent: list, padding: index === 0 ? 0 : ROW_GAP / 2 })
  })
}
