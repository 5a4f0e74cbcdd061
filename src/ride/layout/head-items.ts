import { type Bars, encodeCode128, QUIET_MODULES } from '../pdf/code128.ts'
import { num } from '../pdf/page.ts'
import type { Tag } from '../pdf/structure.ts'
import { type Faces, linesOf, widthOf } from '../pdf/text-lines.ts'
import type { RideSheet } from '../sheet.ts'
import { boxed, element, type Item, type Parent, Row, space } from './flow.ts'
import type { DrawLogo } from './logo.ts'
import { pairItems } from './pair-items.ts'
import { BOX_PADDING, CONTENT_WIDTH, GAP, PAGE, STYLES, type Style } from './theme.ts'

const HALF = (CONTENT_WIDTH - GAP) / 2
const INNER = HALF - 2 * BOX_PADDING
const LOGO_SIZE = 24
/** The longest label here stands on one line. */
const HEADER_PAIRS = { label: STYLES.label, value: STYLES.value, labelShare: 0.5 }
const BARS_HEIGHT = 34
const KEY = /^\d{49}$/
/** A longer text in a box of the head is nobody's address; the schemas stop at 300. */
const BOX_TEXT_MAX = 600

const clip = (text: string): string =>
  text.length > BOX_TEXT_MAX ? `${text.slice(0, BOX_TEXT_MAX)}…` : text

/** A paragraph or a heading. */
export function textItem(
  faces: Faces,
  style: Style,
  text: string,
  width: number,
  parent: Parent,
  tag: Tag = 'P',
  indent = 0,
): Item {
  const lines = linesOf(faces, style, text, width - indent)
  const cell = { x: indent, width, align: 'start', parts: [{ tag, lines }] } as const
  return new Row([cell], { parent, keep: tag === 'H2' })
}

/** The name beside the mark, centred on each other; below it when the mark is too wide for that. */
function nameItem(faces: Faces, name: string, parent: Parent, logo: DrawLogo | null): Item {
  const wanted = logo === null ? 0 : LOGO_SIZE * logo.aspect + 9
  const below = wanted > INNER / 2
  const indent = below ? 0 : wanted
  const text = textItem(faces, STYLES.issuer, clip(name), INNER, parent, 'P', indent)
  if (logo === null) return text
  const height = below ? LOGO_SIZE + 6 + text.height : Math.max(text.height, LOGO_SIZE)
  return {
    height,
    draw(press, x, y) {
      const beside = text.height > LOGO_SIZE ? 2 : (height - LOGO_SIZE) / 2
      logo.draw(press.page, x, below ? y : y + beside, LOGO_SIZE)
      text.draw(press, x, below ? y + LOGO_SIZE + 6 : y + (height - text.height) / 2)
    },
  }
}

function issuerItems(
  faces: Faces,
  { issuer }: RideSheet,
  parent: Parent,
  logo: DrawLogo | null,
): readonly Item[] {
  const items = [nameItem(faces, issuer.name, parent, logo)]
  if (issuer.tradeName !== null) {
    items.push(space(3), textItem(faces, STYLES.tradeName, clip(issuer.tradeName), INNER, parent))
  }
  const facts = issuer.facts.map(({ label, value }) => ({ label, value: clip(value) }))
  items.push(space(8), ...pairItems(faces, facts, INNER, parent))
  if (issuer.legends.length > 0) items.push(space(6))
  for (const legend of issuer.legends) {
    items.push(textItem(faces, STYLES.legend, clip(legend), INNER, parent))
  }
  return items
}

function barsOperators({ bars, modules }: Bars, x: number, top: number, width: number): string {
  const module = width / (modules + 2 * QUIET_MODULES)
  const place = `${module.toFixed(5)} 0 0 ${BARS_HEIGHT} ${num(x)} ${num(PAGE.height - top - BARS_HEIGHT)} cm`
  const rects = bars.map(([start, wide]) => `${start + QUIET_MODULES} 0 ${wide} 1 re`).join(' ')
  return `${place} 0 g ${rects} f`
}

/** The bars of the access key, a figure for whoever cannot see them. */
function barsItem(key: string, parent: Parent): Item {
  const bars = encodeCode128(key)
  return {
    height: BARS_HEIGHT + 3,
    draw(press, x, y) {
      const alt = '/Alt(C\\363digo de barras de la clave de acceso)'
      const box = [x, PAGE.height - y - BARS_HEIGHT, x + INNER, PAGE.height - y].map(num).join(' ')
      const layout = `/A<</O/Layout/Placement/Block/BBox[${box}]>>`
      press.open(press.tree.add('Figure', parent(press), alt + layout))
      press.page.drawing(barsOperators(bars, x, y, INNER))
      press.page.close()
    },
  }
}

function keyItems(faces: Faces, sheet: RideSheet, parent: Parent): readonly Item[] {
  const { accessKey, authorization } = sheet
  if (accessKey === '') return []
  const both = authorization.number === accessKey
  const label = both ? 'Número de autorización y clave de acceso' : 'Clave de acceso'
  const digits = linesOf(faces, STYLES.key, accessKey, INNER)
  const width = Math.max(...digits.map((line) => line.width))
  const x = (INNER - width) / 2
  const cell = { x, width, align: 'start', parts: [{ tag: 'P', lines: digits }] } as const
  return [
    space(8),
    textItem(faces, STYLES.label, label, INNER, parent),
    space(3),
    ...(KEY.test(accessKey) ? [barsItem(accessKey, parent)] : []),
    new Row([cell], { parent }),
  ]
}

/** The name of the document as large as it can be on one line; a very long one takes two. */
function kindStyle(faces: Faces, name: string): Style {
  for (const size of [15, 13.5, 12.2]) {
    const style = { ...STYLES.kind, size, leading: size + 4 }
    if (widthOf(faces, style, name) <= INNER) return style
  }
  return { ...STYLES.kind, size: 11, leading: 13.5 }
}

function headerItems(
  faces: Faces,
  sheet: RideSheet,
  state: string,
  parent: Parent,
): readonly Item[] {
  const name = sheet.name.toUpperCase()
  const title = textItem(faces, kindStyle(faces, name), name, INNER, parent, 'H1')
  const pairs = sheet.header.map(({ label, value }) => ({ label, value: clip(value) }))
  if (state !== '') pairs.push({ label: 'Estado', value: state })
  return [
    title,
    space(1),
    textItem(faces, STYLES.number, `No. ${sheet.number}`, INNER, parent),
    space(8),
    ...pairItems(faces, pairs, INNER, parent, HEADER_PAIRS),
    ...keyItems(faces, sheet, parent),
  ]
}

/**
 * The two boxes that every receipt begins with, as high as the higher one.
 * @param state a word for the state of the document, or empty
 */
export function headItem(
  faces: Faces,
  sheet: RideSheet,
  state: string,
  parent: Parent,
  logo: DrawLogo | null,
): Item {
  const left = issuerItems(faces, sheet, element('Sect', parent), logo)
  const right = headerItems(faces, sheet, state, element('Sect', parent))
  const natural = Math.max(boxed(left, HALF).height, boxed(right, HALF).height)
  const boxes = [boxed(left, HALF, natural), boxed(right, HALF, natural)]
  return {
    height: natural,
    draw(press, x, y) {
      boxes.forEach((box, index) => {
        box.draw(press, x + index * (HALF + GAP), y)
      })
    },
  }
}
