import { type Faces, linesOf, widthOf } from '../pdf/text-lines.ts'
import type { Total } from '../sheet.ts'
import { type Cell, element, type Item, type Parent, Row, type Rule } from './flow.ts'
import { HAIRLINE, STRONG_RULE, STYLES } from './theme.ts'

const PADDING_X = 5
const VALUE_GAP = 8
const THIN: Rule = { weight: 0.5, stroke: HAIRLINE }
const THICK: Rule = { weight: 1.3, stroke: STRONG_RULE }
const ROW_SCOPE = '/A<</O/Table/Scope/Row>>'

/** The totals, one below the other, the one that counts under a thick rule. */
export function totalsItems(
  faces: Faces,
  totals: readonly Total[],
  width: number,
  parent: Parent,
): readonly Item[] {
  const owner = element('Table', parent)
  return totals.map((total, index) => {
    const valueStyle = total.strong ? STYLES.grandTotal : STYLES.cell
    const labelStyle = total.strong ? STYLES.grandTotal : STYLES.totalLabel
    const valueWidth = Math.min(widthOf(faces, valueStyle, total.value), width / 2)
    const labelWidth = width - 2 * PADDING_X - valueWidth - VALUE_GAP
    const label = linesOf(faces, labelStyle, total.label, labelWidth)
    const value = linesOf(faces, valueStyle, total.value, valueWidth)
    const cells: Cell[] = [
      {
        x: PADDING_X,
        width: labelWidth,
        align: 'start',
        parts: [{ tag: 'TH', attributes: ROW_SCOPE, lines: label }],
      },
      {
        x: width - PADDING_X - valueWidth,
        width: valueWidth,
        align: 'end',
        parts: [{ tag: 'TD', lines: value }],
      },
    ]
    const next = totals[index + 1]
    const rule = next?.strong === true ? THICK : total.strong ? undefined : THIN
    return new Row(cells, {
      parent: owner,
      around: 'TR',
      padding: total.strong ? 6 : 4.2,
      ruleWidth: width,
      keep: next !== undefined,
      ...(rule && { rule }),
    })
  })
}
