import type { VectorLogo } from '../../ride/layout/logo.ts'
import { walkXml } from '../../sri/xml/walk-xml.ts'
import { plainPath } from './svg-path.ts'
import { shapePath } from './svg-shapes.ts'
import type { Matrix } from './svg-transform.ts'
import { readTransform, stretch, within } from './svg-transform.ts'

type Attributes = Readonly<Record<string, string>>
type Shape = VectorLogo['shapes'][number]

/** Carries the sentence out of the walk; never leaves this file. */
class Unfit extends Error {}

/** What stands around an element: how it is painted, and where. */
interface Surroundings {
  readonly matrix: Matrix
  readonly paint: Attributes
  /** Notes of a drawing program: nothing inside is looked at. */
  readonly passedOver: boolean
}

const SIZE = 100
const SHAPES_MAX = 400
const PATH_SIGNS_MAX = 100_000
const DEPTH_MAX = 12

const SHAPES = new Set(['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'])
const NOTES = new Set(['title', 'desc', 'metadata'])
/** What is handed on from a group to what it holds. */
const PAINT = ['fill', 'fill-rule', 'stroke', 'stroke-width'] as const
/** What would change the look, run or fetch something; all that is not known is left out. */
const UNFIT_ATTRIBUTE = /^on|href$|^(style|filter|mask|clip-path|display|visibility|color)$/i
const OPACITY = /opacity$/i

const NAMED: Readonly<Record<string, string>> = {
  black: '#000000',
  white: '#ffffff',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  gray: '#808080',
  grey: '#808080',
  silver: '#c0c0c0',
  navy: '#000080',
  orange: '#ffa500',
  yellow: '#ffff00',
}

/**
 * Reads a mark out of an SVG. Nothing of the file goes further: what comes out are plain paths and
 * colours, from which page and PDF are drawn anew, so that no script, address or style can pass.
 * What cannot be drawn so is refused with a sentence rather than left out.
 */
export function readSvg(
  text: string,
): { ok: true; logo: VectorLogo } | { ok: false; problem: string } {
  try {
    let shapes: Shape[] = []
    const refusal = walkXml(text.replace(/^\ufeff?\s*/, ''), { depth: DEPTH_MAX }, () => {
      const reader = new SvgReader()
      shapes = reader.shapes
      return reader
    })
    if (refusal) return { ok: false, problem: 'El archivo no es un SVG que podamos leer.' }
    if (shapes.length === 0) return { ok: false, problem: 'El SVG no dibuja nada.' }
    const signs = shapes.reduce((sum, { path }) => sum + path.length, 0)
    if (signs > PATH_SIGNS_MAX) return { ok: false, problem: TOO_MUCH }
    return { ok: true, logo: { size: SIZE, shapes } }
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, problem: error.message }
    throw error
  }
}

const TOO_MUCH = 'El SVG tiene demasiados trazos. Simplifica el dibujo.'

class SvgReader {
  readonly shapes: Shape[] = []
  readonly #stack: Surroundings[] = []

  open(name: string, attributes: Attributes): void {
    const around = this.#stack.at(-1)
    if (!around) {
      if (name !== 'svg') throw new Unfit('El archivo no es un SVG que podamos leer.')
      refuseUnfit(attributes)
      this.#stack.push({
        matrix: square(attributes),
        paint: paintOf(attributes, {}),
        passedOver: false,
      })
      return
    }
    if (around.passedOver || NOTES.has(name) || name.includes(':')) {
      this.#stack.push({ ...around, passedOver: true })
      return
    }
    if (name !== 'g' && name !== 'defs' && !SHAPES.has(name)) {
      throw new Unfit(
        `El SVG usa «${name.slice(0, 40)}», que no admitimos: convierte todo en trazos.`,
      )
    }
    refuseUnfit(attributes)
    const transform = readTransform(attributes['transform'] ?? '')
    if (transform === null) throw new Unfit('El SVG mueve o gira trazos de un modo que no leemos.')
    const matrix = within(around.matrix, transform)
    const paint = paintOf(attributes, around.paint)
    this.#stack.push({ matrix, paint, passedOver: name === 'defs' })
    if (SHAPES.has(name)) this.#add(name, attributes, paint, matrix)
  }

  close(): void {
    this.#stack.pop()
  }

  text(): void {}

  #add(name: string, attributes: Attributes, paint: Attributes, matrix: Matrix): void {
    const data = name === 'path' ? (attributes['d'] ?? '') : shapePath(name, attributes)
    const path = data === null ? null : plainPath(data, matrix)
    if (path === null) throw new Unfit(`El SVG tiene un «${name}» que no se entiende.`)
    const fill = colourOf(paint['fill'] ?? 'black')
    const color = colourOf(paint['stroke'] ?? 'none')
    if (path === '' || (!fill && !color)) return
    if (this.shapes.length === SHAPES_MAX) throw new Unfit(TOO_MUCH)
    const width = Number.parseFloat(paint['stroke-width'] ?? '1') * stretch(matrix)
    if (!Number.isFinite(width)) throw new Unfit('El SVG tiene un trazo sin grosor.')
    this.shapes.push({
      path,
      ...(fill ? { fill } : {}),
      ...(paint['fill-rule'] === 'evenodd' ? { evenOdd: true } : {}),
      ...(color ? { stroke: { color, width: Number(width.toFixed(3)) } } : {}),
    })
  }
}

function refuseUnfit(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (UNFIT_ATTRIBUTE.test(name)) {
      throw new Unfit(
        `El SVG usa «${name.slice(0, 40)}», que no admitimos: expórtalo con colores en cada trazo.`,
      )
    }
    if (OPACITY.test(name) && Number(value) !== 1) {
      throw new Unfit('El SVG usa transparencias, que no admitimos: usa colores enteros.')
    }
  }
}

function paintOf(attributes: Attributes, inherited: Attributes): Attributes {
  const own = PAINT.flatMap((name) => {
    const value = attributes[name]
    return value === undefined || value === 'inherit' ? [] : [[name, value.trim()]]
  })
  return { ...inherited, ...Object.fromEntries(own) }
}

/** Puts the drawing in the middle of a square of `SIZE`. */
function square({ viewBox, width, height }: Attributes): Matrix {
  const box = viewBox
    ?.trim()
    .split(/[\s,]+/)
    .map(Number) ?? [0, 0, Number.parseFloat(width ?? ''), Number.parseFloat(height ?? '')]
  const [x = 0, y = 0, wide = 0, high = 0] = box
  const fits = box.length === 4 && box.every(Number.isFinite) && wide > 0 && high > 0
  if (!fits) throw new Unfit('El SVG no dice su tamaño (viewBox).')
  const scale = SIZE / Math.max(wide, high)
  return [
    scale,
    0,
    0,
    scale,
    (SIZE - wide * scale) / 2 - x * scale,
    (SIZE - high * scale) / 2 - y * scale,
  ]
}

/** A colour in parts from 0 to 1; null for none. */
function colourOf(text: string): NonNullable<Shape['fill']> | null {
  const lower = text.toLowerCase()
  if (lower === 'none' || lower === 'transparent') return null
  const hex = (NAMED[lower] ?? lower).replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')
  if (!/^#[0-9a-f]{6}$/.test(hex)) {
    throw new Unfit(`El SVG pinta con «${text.slice(0, 40)}»: usa colores como #0b6650.`)
  }
  const part = (at: number) => Number((Number.parseInt(hex.slice(at, at + 2), 16) / 255).toFixed(4))
  return [part(1), part(3), part(5)]
}
