import type { FaceName, Style } from '../layout/theme.ts'
import type { Face, Shaped } from './fonts.ts'

export type Faces = Readonly<Record<FaceName, Face>>

/** A line ready to be drawn. */
export interface Line {
  readonly style: Style
  /** With the space on which the line was broken, so that its words are not read as one. */
  readonly shaped: Shaped
  /** Points, without that space. */
  readonly width: number
}

/** After these a long word may be cut without a surprise. */
const BREAKS_AFTER = /(?<=[-/._@:,;|\\+=&?])/

/** What a reader never sees, and what keeps a text in the width that was measured for it. */
const TOLERANCE = 0.02

/** Width of a text in points. */
export function widthOf(faces: Faces, style: Style, text: string): number {
  return (faces[style.face].shape(text).width * style.size) / 1000
}

const tryWidth = (faces: Faces, style: Style, text: string): number =>
  (faces[style.face].measure(text) * style.size) / 1000

/** Cuts a word that is wider than the line: where it has joints, or else anywhere. */
function cutWord(faces: Faces, style: Style, word: string, width: number): readonly string[] {
  const pieces: string[] = []
  let current = ''
  const take = (part: string): boolean => {
    if (tryWidth(faces, style, current + part) > width) return false
    current += part
    return true
  }
  for (const part of word.split(BREAKS_AFTER)) {
    if (take(part)) continue
    if (current !== '' && tryWidth(faces, style, part) <= width) {
      pieces.push(current)
      current = part
      continue
    }
    for (const character of part) {
      if (take(character)) continue
      if (current !== '') pieces.push(current)
      current = character
    }
  }
  return current === '' ? pieces : [...pieces, current]
}

interface Broken {
  readonly text: string
  /** Whether the line ends where there was a space. */
  readonly atSpace: boolean
}

/** Breaks a text into lines not wider than `width` points, at spaces or, if need be, in words. */
function wrap(faces: Faces, style: Style, text: string, room: number): readonly Broken[] {
  const width = room + TOLERANCE
  const lines: Broken[] = []
  let current = ''
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (tryWidth(faces, style, longer) <= width) {
      current = longer
      continue
    }
    if (current !== '') lines.push({ text: current, atSpace: true })
    const pieces =
      tryWidth(faces, style, word) <= width ? [word] : cutWord(faces, style, word, width)
    for (const piece of pieces.slice(0, -1)) lines.push({ text: piece, atSpace: false })
    current = pieces.at(-1) ?? ''
  }
  return current === '' ? lines : [...lines, { text: current, atSpace: false }]
}

/** The lines of a text, each laid out; none for an empty text. */
export function linesOf(faces: Faces, style: Style, text: string, width: number): readonly Line[] {
  if (text === '') return []
  const shaped = faces[style.face].shape(text)
  const whole = (shaped.width * style.size) / 1000
  if (whole <= width + TOLERANCE) return [{ style, shaped, width: whole }]
  return wrap(faces, style, text, width).map((line) => ({
    style,
    shaped: faces[style.face].shape(line.atSpace ? `${line.text} ` : line.text),
    width: widthOf(faces, style, line.text),
  }))
}

/** The least width in which a text takes no more than so many lines, broken at spaces only. */
export function widthForLines(faces: Faces, style: Style, text: string, lines: number): number {
  const words = text.split(' ')
  const longest = Math.max(...words.map((word) => widthOf(faces, style, word)))
  if (lines >= words.length) return longest
  if (lines === 1) return widthOf(faces, style, text)
  let best = Number.POSITIVE_INFINITY
  for (let cut = 1; cut < words.length; cut++) {
    const first = widthOf(faces, style, words.slice(0, cut).join(' '))
    const rest = widthForLines(faces, style, words.slice(cut).join(' '), lines - 1)
    best = Math.min(best, Math.max(first, rest))
  }
  return best
}
