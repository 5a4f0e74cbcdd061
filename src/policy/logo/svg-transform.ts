export type Point = readonly [x: number, y: number]

/** As SVG writes it: `matrix(a b c d e f)`. */
export type Matrix = readonly [number, number, number, number, number, number]

const FUNCTION = /\s*(matrix|translate|scale|rotate)\s*\(([^()]*)\)\s*,?/y

export function moved([a, b, c, d, e, f]: Matrix, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f]
}

/** First the inner one, then the outer one. */
export function within(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d] = outer
  const [p, q, r, s, t, u] = inner
  const [x, y] = moved(outer, [t, u])
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, x, y]
}

/** How much longer a line becomes, in the middle of all directions. */
export function stretch([a, b, c, d]: Matrix): number {
  return Math.sqrt(Math.abs(a * d - b * c))
}

/** Reads a `transform` attribute; null when it holds something else than moves, scales and turns. */
export function readTransform(text: string): Matrix | null {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  const end = text.trimEnd().length
  for (let at = 0; at < end; at = FUNCTION.lastIndex) {
    FUNCTION.lastIndex = at
    const [, name, list = ''] = FUNCTION.exec(text) ?? []
    const numbers = list
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    const one = name === undefined || !numbers.every(Number.isFinite) ? null : single(name, numbers)
    if (one === null) return null
    matrix = within(matrix, one)
  }
  return matrix
}

function single(name: string, numbers: readonly number[]): Matrix | null {
  const [a = 0, b, c, d, e, f] = numbers
  if (name === 'translate') return [1, 0, 0, 1, a, b ?? 0]
  if (name === 'scale') return [a, 0, 0, b ?? a, 0, 0]
  if (name === 'matrix') {
    if (b === undefined || c === undefined || d === undefined) return null
    return e === undefined || f === undefined ? null : [a, b, c, d, e, f]
  }
  const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)]
  const [x, y] = [b ?? 0, c ?? 0]
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y]
}
