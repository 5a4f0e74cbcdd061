import { deflateSync } from 'node:zlib'
import type { PreparedObject } from '../pdf/assemble.ts'
import { num, type Page } from '../pdf/page.ts'
import { PAGE } from './theme.ts'

/** Puts the bank's mark on a page with its top left corner at (x, y). */
export interface DrawLogo {
  /** Width for a height of one. */
  readonly aspect: number
  draw(page: Page, x: number, y: number, height: number): void
}

/** A mark drawn as paths, on a square of `size` units with y growing down. */
export interface VectorLogo {
  readonly size: number
  readonly shapes: readonly {
    /** SVG path data of absolute M, L, C and Z only. */
    readonly path: string
    readonly fill?: Rgb
    /** Whether a part inside a part is a hole; otherwise the way it was drawn tells. */
    readonly evenOdd?: boolean
    readonly stroke?: { readonly color: Rgb; readonly width: number }
  }[]
}

/** Parts of red, green and blue from 0 to 1. */
type Rgb = readonly [number, number, number]

/** A picture without alpha: pdfkit would unpack and pack one with alpha again in every document. */
interface PngLogo {
  readonly png: Uint8Array
}

export type Logo = VectorLogo | PngLogo

const OPERATORS: Readonly<Record<string, string>> = { M: 'm', L: 'l', C: 'c', Z: 'h' }
const OPERANDS: Readonly<Record<string, number>> = { M: 2, L: 2, C: 6, Z: 0 }

/** SVG path data as PDF operators; throws on a command that is not M, L, C or Z. */
function pathOperators(path: string): string {
  const out: string[] = []
  for (const [, command = '', rest = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const operator = OPERATORS[command]
    const numbers = (rest.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map((one) => num(Number(one)))
    if (operator === undefined || numbers.length !== OPERANDS[command]) {
      throw new RangeError(`Logo path: «${command}${rest}» is not understood`)
    }
    out.push([...numbers, operator].join(' '))
  }
  return out.join(' ')
}

/** The whole mark, drawn in its own square from (0, 0) to (size, size), y down. */
function logoOperators({ shapes }: VectorLogo): string {
  return shapes
    .map(({ path, fill, evenOdd, stroke }) => {
      const operators = pathOperators(path)
      const color = fill === undefined ? '' : `${fill.map(num).join(' ')} rg `
      const line =
        stroke === undefined
          ? ''
          : `${stroke.color.map(num).join(' ')} RG ${num(stroke.width)} w 1 J 1 j `
      const filled = `${stroke ? 'B' : 'f'}${evenOdd ? '*' : ''}`
      return `${color}${line}${operators} ${fill === undefined ? 'S' : filled}`
    })
    .join('\n')
}

const PNG_SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const PNG_COLORS: Readonly<Record<number, { readonly space: string; readonly parts: number }>> = {
  0: { space: '/DeviceGray', parts: 1 },
  2: { space: '/DeviceRGB', parts: 3 },
}

/** The picture's own deflated rows, which PDF understands as they are. */
function preparePng(png: Buffer): PreparedObject & Shape {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const [bits, color, interlaced] = [png[24] ?? 0, PNG_COLORS[png[25] ?? -1], png[28] !== 0]
  if (!png.subarray(0, 8).equals(PNG_SIGNATURE) || color === undefined || interlaced) {
    throw new RangeError('The logo must be a PNG in grey or RGB, without alpha, not interlaced')
  }
  const rows: Buffer[] = []
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      rows.push(png.subarray(at + 8, at + 8 + length))
    }
    at += 12 + length
  }
  const decode = `/Predictor 15/Colors ${color.parts}/BitsPerComponent ${bits}/Columns ${width}`
  return {
    dictionary:
      `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace${color.space}` +
      `/BitsPerComponent ${bits}/Filter/FlateDecode/DecodeParms<<${decode}>>`,
    data: Buffer.concat(rows),
    aspect: width / height,
    unit: 1,
    down: false,
  }
}

/** How the prepared mark is drawn in its place. */
interface Shape {
  /** Width for a height of one. */
  readonly aspect: number
  /** The side of its own square. */
  readonly unit: number
  /** Whether its own y grows down. */
  readonly down: boolean
}

/** The mark as an object that every sheet can use. */
export function prepareLogo(logo: Logo): PreparedObject & Shape {
  if ('png' in logo) return preparePng(Buffer.from(logo.png))
  const box = `0 0 ${logo.size} ${logo.size}`
  return {
    dictionary: `/Type/XObject/Subtype/Form/BBox[${box}]/Resources<<>>/Filter/FlateDecode`,
    data: deflateSync(Buffer.from(logoOperators(logo), 'latin1'), { level: 9 }),
    aspect: 1,
    unit: logo.size,
    down: true,
  }
}

/** Draws the prepared mark; a wide picture keeps its shape. */
export function logoDrawer({ aspect, unit, down }: Shape): DrawLogo {
  return {
    aspect,
    draw(page, x, y, height) {
      const scale = height / unit
      const bottom = PAGE.height - y - (down ? 0 : height)
      page.openArtifact()
      page.drawing(
        `${num(scale * aspect)} 0 0 ${num(down ? -scale : scale)} ${num(x)} ${num(bottom)} cm /Logo Do`,
      )
      page.close()
    },
  }
}

/** The corner of a rounded square, as Bézier handles. */
function roundedSquare(size: number, radius: number): string {
  const far = size - radius
  const handle = radius * (1 - 0.5523)
  const end = size - handle
  return (
    `M${radius} 0 L${far} 0 C${end} 0 ${size} ${handle} ${size} ${radius} ` +
    `L${size} ${far} C${size} ${end} ${end} ${size} ${far} ${size} ` +
    `L${radius} ${size} C${handle} ${size} 0 ${end} 0 ${far} ` +
    `L0 ${radius} C0 ${handle} ${handle} 0 ${radius} 0 Z`
  )
}

/** The mark of the fictitious Banco Ceibo: a ceibo with its wide crown. */
export const CEIBO_LOGO: VectorLogo = {
  size: 32,
  shapes: [
    { path: roundedSquare(32, 8.5), fill: [0.051, 0.478, 0.376] },
    {
      path:
        'M5.6 15.8 C5.6 13.3 7.4 11.5 9.6 11.2 C10.3 8.5 12.9 6.4 16 6.4 ' +
        'C19.1 6.4 21.7 8.5 22.4 11.2 C24.6 11.5 26.4 13.3 26.4 15.8 ' +
        'C26.4 16.7 25.7 17.3 24.8 17.3 L7.2 17.3 C6.3 17.3 5.6 16.7 5.6 15.8 Z',
      fill: [0.788, 0.941, 0.886],
    },
    {
      path: 'M16 26.2 L16 12.6 M16 21 C13.4 21 11.5 19.6 10.4 17.4 M16 18.6 C18.4 18.6 20.2 17 21.2 14.6 M12.4 26.2 L19.6 26.2',
      stroke: { color: [0.039, 0.29, 0.227], width: 1.9 },
    },
  ],
}
