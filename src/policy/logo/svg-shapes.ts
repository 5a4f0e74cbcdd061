/** A basic shape of SVG as path data; null when a measure is missing or no number. */
export function shapePath(
  name: string,
  attributes: Readonly<Record<string, string>>,
): string | null {
  const measure = (one: string): number => {
    const text = attributes[one]?.trim() ?? '0'
    return /^[-+.\deE]+(px)?$/.test(text) ? Number.parseFloat(text) : Number.NaN
  }
  const measures = (...names: string[]) => names.map(measure)
  const path = pathOf(name, measures, attributes)
  return path === null || path.includes('NaN') ? null : path
}

function pathOf(
  name: string,
  measures: (...names: string[]) => number[],
  attributes: Readonly<Record<string, string>>,
): string | null {
  if (name === 'circle') {
    const [x = 0, y = 0, r = 0] = measures('cx', 'cy', 'r')
    return ellipse(x, y, r, r)
  }
  if (name === 'ellipse') {
    const [x = 0, y = 0, rx = 0, ry = 0] = measures('cx', 'cy', 'rx', 'ry')
    return ellipse(x, y, rx, ry)
  }
  if (name === 'line') {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = measures('x1', 'y1', 'x2', 'y2')
    return `M${x1} ${y1} L${x2} ${y2}`
  }
  if (name === 'rect') {
    const rx = attributes['rx'] === undefined ? 'ry' : 'rx'
    const ry = attributes['ry'] === undefined ? 'rx' : 'ry'
    return rectangle(measures('x', 'y', 'width', 'height', rx, ry))
  }
  const points = attributes['points']?.trim() ?? ''
  if (points === '') return ''
  return `M${points}${name === 'polygon' ? 'Z' : ''}`
}

function ellipse(x: number, y: number, rx: number, ry: number): string {
  if (rx <= 0 || ry <= 0) return ''
  const half = `A${rx} ${ry} 0 0 1`
  return `M${x - rx} ${y} ${half} ${x + rx} ${y} ${half} ${x - rx} ${y}Z`
}

function rectangle([x = 0, y = 0, w = 0, h = 0, rx = 0, ry = 0]: number[]): string {
  if (w <= 0 || h <= 0) return ''
  const [a, b] = [Math.min(rx, w / 2), Math.min(ry, h / 2)]
  if (!(a > 0 && b > 0)) return `M${x} ${y}H${x + w}V${y + h}H${x}Z`
  const corner = (toX: number, toY: number) => `A${a} ${b} 0 0 1 ${toX} ${toY}`
  return (
    `M${x + a} ${y}H${x + w - a}${corner(x + w, y + b)}V${y + h - b}${corner(x + w - a, y + h)}` +
    `H${x + a}${corner(x, y + h - b)}V${y + b}${corner(x + a, y)}Z`
  )
}
