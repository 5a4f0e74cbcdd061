import type { Shaped } from '../pdf/fonts.ts'
import { num, type Page } from '../pdf/page.ts'
import type { Press } from '../pdf/press.ts'
import { type Line, linesOf } from '../pdf/text-lines.ts'
import type { RideSheet } from '../sheet.ts'
import {
  CONTENT_WIDTH,
  HAIRLINE,
  MARGIN,
  PAGE,
  STAMP,
  STAMP_ANNULLED,
  STYLES,
  type Style,
} from './theme.ts'

const FOOT_WORDS =
  'Representación impresa de un documento electrónico. Verifícalo con la clave de acceso en srienlinea.sri.gob.ec'
const FOOT_TOP = PAGE.height - MARGIN.bottom + 14
const HEAD_GAP = 12
const STAMP_ANGLE = (52 * Math.PI) / 180
const STAMP_WIDTH = 640
const STAMP_SIZE_MAX = 92

const widthOf = (style: Style, shaped: Shaped): number => (shaped.width * style.size) / 1000

/** The first line of a text that has to do with one. */
function oneLine(press: Press, style: Style, text: string, width: number): Line | null {
  return linesOf(press.faces, style, text, width)[0] ?? null
}

function putEnds(press: Press, style: Style, ends: readonly [string, string], top: number): void {
  const [left, right] = ends
  const end = oneLine(press, STYLES.compact, right, CONTENT_WIDTH * 0.6)
  const endWidth = end?.width ?? 0
  const start = oneLine(press, style, left, CONTENT_WIDTH - endWidth - HEAD_GAP)
  if (start !== null) press.line(start, MARGIN.side, top)
  if (end !== null) press.line(end, PAGE.width - MARGIN.side - endWidth, top)
}

/** The first page has its boxes; the others a head of two lines. Returns where content begins. */
export function startPage(press: Press, index: number, sheet: RideSheet): number {
  if (index === 0) return MARGIN.top
  const { top } = MARGIN
  press.page.openArtifact()
  putEnds(press, STYLES.compactName, [sheet.issuer.name, `${sheet.name} ${sheet.number}`], top)
  putEnds(press, STYLES.compact, [`R.U.C. ${sheet.issuer.ruc}`, sheet.accessKey], top + 11)
  press.page.close()
  press.page.rule(MARGIN.side, top + 26, CONTENT_WIDTH, 0.5, HAIRLINE)
  return top + 26 + HEAD_GAP
}

/** What every page ends with; only now is it known how many there are. */
export function drawFoot(press: Press): void {
  const words = press.faces.R.shape(FOOT_WORDS)
  press.pages.forEach((page, index) => {
    const number = press.faces.R.shape(`Página ${index + 1} de ${press.pages.length}`)
    page.rule(MARGIN.side, FOOT_TOP - 6, CONTENT_WIDTH, 0.5, HAIRLINE)
    page.openArtifact()
    press.put(page, STYLES.foot, words, MARGIN.side, FOOT_TOP)
    const x = PAGE.width - MARGIN.side - widthOf(STYLES.foot, number)
    press.put(page, STYLES.foot, number, x, FOOT_TOP)
    page.close()
  })
}

function stampLine(press: Press, words: string, offset: number): string {
  const shaped = press.faces.S.shape(words)
  const size = Math.min(STAMP_SIZE_MAX, (STAMP_WIDTH * 1000) / Math.max(1, shaped.width))
  const [cos, sin] = [Math.cos(STAMP_ANGLE), Math.sin(STAMP_ANGLE)]
  const half = (shaped.width * size) / 2000
  const x = PAGE.width / 2 - half * cos + offset * sin
  const y = PAGE.height / 2 - half * sin - offset * cos
  const glyphs = shaped.pieces.map((piece) => piece.glyphs ?? '').join('')
  const matrix = [cos, sin, -sin, cos].map((value) => value.toFixed(4)).join(' ')
  return `BT /S ${num(size)} Tf ${matrix} ${num(x)} ${num(y)} Tm [(${glyphs})]TJ ET`
}

/** Words across every page, under its text, for what proves nothing or nothing any more. */
export function drawStamp(press: Press, annulled: string | null, stamp: string | null): void {
  const lines = [...(annulled === null ? [] : [annulled]), ...(stamp?.split(' · ') ?? [])]
  if (lines.length === 0) return
  const fill = annulled === null ? STAMP : STAMP_ANNULLED
  const step = 84
  const operators = lines.map((words, index) =>
    stampLine(press, words, (index - (lines.length - 1) / 2) * step + 20),
  )
  for (const page of press.pages as Page[]) page.background(`${fill} ${operators.join(' ')}`)
}
