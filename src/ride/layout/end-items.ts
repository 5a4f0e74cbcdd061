import type { Press } from '../pdf/press.ts'
import type { Faces } from '../pdf/text-lines.ts'
import type { Block, Pair, RideSheet } from '../sheet.ts'
import { boxed, element, flow, type Item, PAGE_ROOM, type Parent, space } from './flow.ts'
import { textItem } from './head-items.ts'
import { pairItems } from './pair-items.ts'
import { tableItems } from './table-items.ts'
import { BOX_PADDING, CONTENT_WIDTH, GAP, MARGIN, STYLES } from './theme.ts'
import { totalsItems } from './totals-items.ts'

const HALF = (CONTENT_WIDTH - GAP) / 2

const heightOf = (items: readonly Item[]): number =>
  items.reduce((sum, { height }) => sum + height, 0)

/** A titled box of pairs, or the same without its border when no page could hold the box. */
function pairsBox(
  faces: Faces,
  title: string,
  pairs: readonly Pair[],
  width: number,
  parent: Parent,
): readonly Item[] {
  const section = element('Sect', parent)
  const inner = width - 2 * BOX_PADDING
  const heading = textItem(faces, STYLES.heading, title, inner, section, 'H2')
  const items = [heading, space(4), ...pairItems(faces, pairs, inner, section)]
  return heightOf(items) > PAGE_ROOM - 2 * BOX_PADDING ? items : [boxed(items, width)]
}

function asideItems(faces: Faces, block: Block, width: number, parent: Parent): readonly Item[] {
  if (block.table === null) return pairsBox(faces, block.title, block.pairs, width, parent)
  return tableItems(faces, block.table, width, element('Sect', parent))
}

/** What stands left of the totals: additional information, payments and the other small parts. */
function leftItems(faces: Faces, sheet: RideSheet, width: number, parent: Parent): readonly Item[] {
  const groups = sheet.aside.map((block) => asideItems(faces, block, width, parent))
  if (sheet.additional.length > 0) {
    groups.unshift(pairsBox(faces, 'Información adicional', sheet.additional, width, parent))
  }
  return groups.flatMap((items, index) => (index === 0 ? items : [space(GAP), ...items]))
}

function drawStack(press: Press, items: readonly Item[], x: number, top: number): void {
  let y = top
  for (const item of items) {
    item.draw(press, x, y)
    y += item.height
  }
}

/** The foot of the document: totals on the right, the rest on the left, or all in one file. */
export function flowEnd(press: Press, sheet: RideSheet, parent: Parent): void {
  const { faces } = press
  const right = totalsItems(faces, sheet.totals, HALF, parent)
  if (right.length === 0) {
    flow(press, leftItems(faces, sheet, CONTENT_WIDTH, parent))
    return
  }
  const left = leftItems(faces, sheet, HALF, parent)
  const height = Math.max(heightOf(left), heightOf(right))
  const rightX = MARGIN.side + HALF + GAP
  if (height > PAGE_ROOM) {
    flow(press, right, rightX)
    flow(press, [space(GAP), ...leftItems(faces, sheet, CONTENT_WIDTH, parent)])
    return
  }
  const both: Item = {
    height,
    draw(onto, x, y) {
      drawStack(onto, left, x, y)
      drawStack(onto, right, rightX, y)
    },
  }
  flow(press, [both])
}
