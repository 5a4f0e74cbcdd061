import type { Matrix, Point } from './svg-transform.ts'
import { moved } from './svg-transform.ts'

/** One step of a path, absolute: where a pen goes, along a line or a curve, or back to its start. */
type Step =
  | { readonly kind: 'M' | 'L'; readonly to: Point }
  | { readonly kind: 'C'; readonly one: Point; readonly two: Point; readonly to: Point }
  | { readonly kind: 'Z' }

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy
/** Further away than any drawing reaches, or nowhere. */
const FAR = /\d{6}|e|N|I/
const BLANK = /[\s,]*/y
const OPERANDS: Readonly<Record<string, number>> = {
  M: 2,
  L: 2,
  H: 1,
  V: 1,
  C: 6,
  S: 4,
  Q: 4,
  T: 2,
  A: 7,
  Z: 0,
}

/** Reads SVG path data and prints it as absolute M, L, C and Z; null when it is not path data. */
export function plainPath(data: string, matrix: Matrix): string | null {
  const pen = new Pen()
  BLANK.lastIndex = 0
  BLANK.exec(data)
  let at = BLANK.lastIndex
  let command = ''
  while (at < data.length) {
    const letter = data[at] ?? ''
    if (/[a-z]/i.test(letter)) {
      command = letter
      at += 1
    } else if (command === '' || /z/i.test(command)) return null
    const count = OPERANDS[command.toUpperCase()]
    if (count === undefined || (pen.steps.length === 0 && !/m/i.test(command))) return null
    const read = operands(data, at, count, /a/i.test(command))
    if (read === null) return null
    at = read.end
    pen.draw(command, read.numbers)
    // More points after a move are lines.
    if (command === 'M') command = 'L'
    if (command === 'm') command = 'l'
  }
  const path = printSteps(pen.steps, matrix)
  return FAR.test(path) ? null : path
}

/** Joins steps into path data, each point where the matrix moves it. */
function printSteps(steps: readonly Step[], matrix: Matrix): string {
  const place = (point: Point) => moved(matrix, point).map(short).join(' ')
  return steps
    .map((step) => {
      if (step.kind === 'Z') return 'Z'
      if (step.kind !== 'C') return `${step.kind}${place(step.to)}`
      return `C${place(step.one)} ${place(step.two)} ${place(step.to)}`
    })
    .join('')
}

function short(number: number): string {
  return String(Number(number.toFixed(3)))
}

function operands(
  data: string,
  start: number,
  count: number,
  isArc: boolean,
): { numbers: number[]; end: number } | null {
  const numbers: number[] = []
  let at = start
  const blank = () => {
    BLANK.lastIndex = at
    BLANK.exec(data)
    at = BLANK.lastIndex
  }
  for (blank(); numbers.length < count; blank()) {
    // The two flags of an arc may stand together, and before the next number: `a1 1 0 012 2`.
    const isFlag = isArc && (numbers.length === 3 || numbers.length === 4)
    const pattern = isFlag ? /[01]/y : NUMBER
    pattern.lastIndex = at
    const [found] = pattern.exec(data) ?? []
    const value = Number(found)
    if (found === undefined || Math.abs(value) > 1e6) return null
    numbers.push(value)
    at += found.length
  }
  return { numbers, end: at }
}

/** Follows a path as it is written: relative, smooth, quadratic, arcs. */
class Pen {
  readonly steps: Step[] = []
  #at: Point = [0, 0]
  #start: Point = [0, 0]
  /** The last handle, which a smooth curve mirrors; and of which kind it was. */
  #handle: Point | null = null
  #last = ''

  draw(command: string, n: readonly number[]): void {
    const upper = command.toUpperCase()
    const base: Point = command === upper ? [0, 0] : this.#at
    const point = (i: number): Point => [base[0] + (n[i] ?? 0), base[1] + (n[i + 1] ?? 0)]
    const [x, y] = this.#at
    if (upper === 'M' || upper === 'L') this.#line(upper, point(0))
    else if (upper === 'H') this.#line('L', [base[0] + (n[0] ?? 0), y])
    else if (upper === 'V') this.#line('L', [x, base[1] + (n[0] ?? 0)])
    else if (upper === 'C') this.#curve(point(0), point(2), point(4))
    else if (upper === 'S') this.#curve(this.#mirrored('CS'), point(0), point(2))
    else if (upper === 'Q') this.#quadratic(point(0), point(2))
    else if (upper === 'T') this.#quadratic(this.#mirrored('QT'), point(0))
    else if (upper === 'A') this.#arc(n, point(5))
    else this.#close()
    this.#last = upper
  }

  #line(kind: 'M' | 'L', to: Point): void {
    this.steps.push({ kind, to })
    this.#at = to
    if (kind === 'M') this.#start = to
  }

  #curve(one: Point, two: Point, to: Point): void {
    this.steps.push({ kind: 'C', one, two, to })
    this.#handle = two
    this.#at = to
  }

  #quadratic(handle: Point, to: Point): void {
    const third = (from: Point): Point => [
      from[0] + ((handle[0] - from[0]) * 2) / 3,
      from[1] + ((handle[1] - from[1]) * 2) / 3,
    ]
    this.#curve(third(this.#at), third(to), to)
    this.#handle = handle
  }

  #close(): void {
    this.steps.push({ kind: 'Z' })
    this.#at = this.#start
  }

  #mirrored(kinds: string): Point {
    if (this.#handle === null || this.#last === '' || !kinds.includes(this.#last)) return this.#at
    return [2 * this.#at[0] - this.#handle[0], 2 * this.#at[1] - this.#handle[1]]
  }

  #arc([rx = 0, ry = 0, turn = 0, large, sweep]: readonly number[], to: Point): void {
    const flags = { large: large === 1, sweep: sweep === 1 }
    const curves = arcCurves(this.#at, [Math.abs(rx), Math.abs(ry)], turn, flags, to)
    if (curves === null) this.#line('L', to)
    else for (const [one, two, end] of curves) this.#curve(one, two, end)
  }
}

/**
 * An elliptical arc as cubic curves of a quarter at most (SVG 2, implementation notes B.2.4); null
 * when it is a straight line.
 */
function arcCurves(
  from: Point,
  radii: Point,
  degrees: number,
  flags: { large: boolean; sweep: boolean },
  to: Point,
): [Point, Point, Point][] | null {
  let [rx, ry] = radii
  if (rx === 0 || ry === 0 || (from[0] === to[0] && from[1] === to[1])) return null
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const [dx, dy] = [(from[0] - to[0]) / 2, (from[1] - to[1]) / 2]
  const [px, py] = [cos * dx + sin * dy, cos * dy - sin * dx]
  const grow = Math.max(1, Math.hypot(px / rx, py / ry))
  ;[rx, ry] = [rx * grow, ry * grow]
  const away = (rx * py) ** 2 + (ry * px) ** 2
  const length = Math.sqrt(Math.max(0, ((rx * ry) ** 2 - away) / away))
  const side = flags.large === flags.sweep ? -length : length
  const [ox, oy] = [(side * rx * py) / ry, (-side * ry * px) / rx]
  const first = Math.atan2((py - oy) / ry, (px - ox) / rx)
  let span = Math.atan2((-py - oy) / ry, (-px - ox) / rx) - first
  if (flags.sweep && span < 0) span += 2 * Math.PI
  if (!flags.sweep && span > 0) span -= 2 * Math.PI
  const [cx, cy] = [
    cos * ox - sin * oy + (from[0] + to[0]) / 2,
    sin * ox + cos * oy + (from[1] + to[1]) / 2,
  ]
  const place = (x: number, y: number): Point => [
    cx + cos * rx * x - sin * ry * y,
    cy + sin * rx * x + cos * ry * y,
  ]
  const count = Math.max(1, Math.ceil(Math.abs(span) / (Math.PI / 2) - 1e-9))
  const step = span / count
  const reach = (4 / 3) * Math.tan(step / 4)
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [first + i * step, first + (i + 1) * step]
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)]
    const end = i === count - 1 ? to : place(cb, sb)
    return [place(ca - reach * sa, sa + reach * ca), place(cb + reach * sb, sb - reach * cb), end]
  })
}
