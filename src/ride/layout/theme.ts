/** Measures in points (1/72 inch); A4 upright. */
export const PAGE = { width: 595.28, height: 841.89 } as const
export const MARGIN = { side: 40, top: 38, bottom: 44 } as const
export const CONTENT_WIDTH = PAGE.width - 2 * MARGIN.side
export const GAP = 12
export const BOX_PADDING = 13
export const BOX_RADIUS = 5

/**
 * Greys, so that a laser printer needs one toner and letters have clean edges; dark enough for
 * small text (9:1 and more on white). Green is left to the mark and the rule of the total.
 */
const INK = '.08 g'
const MUTED = '.32 g'
export const BORDER = '.75 G'
export const HAIRLINE = '.85 G'
export const HEAD_RULE_STROKE = '.32 G'
export const STRONG_RULE = '.04 .29 .227 RG'
export const STAMP = '.925 g'
export const STAMP_ANNULLED = '.96 .84 .82 rg'

export type FaceName = 'R' | 'S'

/** How a text looks: `R` regular or `S` semibold, size, distance of lines, colour. */
export interface Style {
  readonly face: FaceName
  readonly size: number
  readonly leading: number
  readonly fill: string
}

const style = (face: FaceName, size: number, leading: number, fill: string): Style => ({
  face,
  size,
  leading,
  fill,
})

export const STYLES = {
  kind: style('S', 15, 19, INK),
  number: style('S', 10.5, 14, INK),
  issuer: style('S', 12.5, 16, INK),
  tradeName: style('R', 8.2, 11.5, MUTED),
  legend: style('S', 6.9, 10, INK),
  heading: style('S', 8.2, 12, INK),
  label: style('R', 7.4, 10.8, MUTED),
  smallLabel: style('R', 6.9, 9.6, MUTED),
  value: style('R', 8, 10.8, INK),
  strongValue: style('S', 8.2, 11.2, INK),
  key: style('R', 7.1, 10, INK),
  columnHead: style('S', 7.1, 9.4, MUTED),
  cell: style('R', 7.8, 10.4, INK),
  note: style('R', 6.9, 9.2, MUTED),
  totalLabel: style('R', 7.8, 10.4, MUTED),
  grandTotal: style('S', 11, 14, INK),
  foot: style('R', 6.6, 9, MUTED),
  compactName: style('S', 7.8, 10.4, INK),
  compact: style('R', 7.4, 10.4, MUTED),
} as const

/** Height of capitals in Figtree, as a part of the size: where lines are centred. */
export const CAP_HEIGHT = 0.7
