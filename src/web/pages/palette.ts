import { createHash } from 'node:crypto'

/** Red, green and blue from 0 to 255. */
type Rgb = readonly [number, number, number]

/** What text needs on its ground (WCAG 2.2, 1.4.3). */
const CONTRAST_MIN = 4.5

/** That of `10-tokens.css`, whose tints were chosen by eye: it needs no sheet of its own. */
const HOUSE_COLOUR = '#0b6650'

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]
/** The faintest text on `honda`. */
const MUTED: Rgb = rgbOf('#a5c4b9')
/** Grounds of `10-tokens.css`: page, surface, filling. */
const LIGHT: readonly Rgb[] = ['#f4f6f3', '#ffffff', '#eef2ee'].map(rgbOf)
const DARK: readonly Rgb[] = ['#0c1210', '#141c19', '#1d2723'].map(rgbOf)

/** The tokens that follow from a bank's colour, in one theme. */
interface Tints {
  readonly marca: Rgb
  readonly fuerte: Rgb
  readonly sobre: Rgb
  readonly suave: Rgb
  readonly honda: Rgb
  /** What stands out on `honda`. */
  readonly viva: Rgb
}

/**
 * Reads `#0b6650`, and refuses what could not be read on every ground of both themes. The sentence
 * says how far it is from that.
 */
export function readColour(
  typed: string,
): { ok: true; value: string } | { ok: false; problem: string } {
  const value = typed.trim().toLowerCase()
  if (!/^#[0-9a-f]{6}$/.test(value)) {
    return { ok: false, problem: 'Escribe el color como #0b6650: un # y seis signos.' }
  }
  const least = Math.floor(leastContrast(value) * 10) / 10
  if (least >= CONTRAST_MIN) return { ok: true, value }
  const found = String(least).replace('.', ',')
  return {
    ok: false,
    problem: `Ese color no se lee bien: su contraste llega a ${found} y debe ser de 4,5 o más. Elige uno más oscuro.`,
  }
}

/** The worst contrast that text has in either theme with this colour. */
function leastContrast(colour: string): number {
  const themes: [Tints, readonly Rgb[]][] = [
    [lightTints(rgbOf(colour)), LIGHT],
    [darkTints(rgbOf(colour)), DARK],
  ]
  const pairs = themes.flatMap(([tints, grounds]) => [
    ...[...grounds, tints.suave].flatMap((ground) => [
      contrast(tints.marca, ground),
      contrast(tints.fuerte, ground),
    ]),
    contrast(tints.sobre, tints.marca),
    contrast(tints.sobre, tints.fuerte),
    contrast(MUTED, tints.honda),
    contrast(tints.viva, tints.honda),
  ])
  return Math.min(...pairs)
}

/** A sheet of a bank's colour, and where browsers find it. */
interface ColourSheet {
  address: string
  text: string
}

/** Every page asks for that of its bank. */
let asked: { colour: string; sheet: ColourSheet } | null = null

/** For whole pages; null for the colour of the house. */
export function colourSheet(colour: string): ColourSheet | null {
  if (colour === HOUSE_COLOUR) return null
  if (asked?.colour !== colour) asked = { colour, sheet: sheetFor(':root', 'color', colour) }
  return asked.sheet
}

/** For what stands in a `.muestra`, beside a page of another colour. */
export function sampleSheet(colour: string): ColourSheet {
  return sheetFor('.muestra', 'muestra', colour)
}

function sheetFor(root: string, name: string, colour: string): ColourSheet {
  const [light, dark] = [lightTints(rgbOf(colour)), darkTints(rgbOf(colour))]
  const rule = (value: (tint: keyof Tints) => string) => {
    const tokens = Object.entries(TOKENS) as [keyof Tints, string][]
    return `${root}{${tokens.map(([tint, token]) => `--${token}:${value(tint)}`).join(';')}}`
  }
  const both = rule((tint) => `light-dark(${print(light[tint])},${print(dark[tint])})`)
  const only = rule((tint) => print(light[tint]))
  const text = `@layer base{${both}@supports not (color:light-dark(#000,#fff)){${only}}}\n`
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10)
  return { address: `/marca/${name}-${colour.slice(1)}.${hash}.css`, text }
}

/** What the templates of mails paint with, and the tint of a bank's colour that stands for it. */
const MAIL_COLOURS: Readonly<Record<string, readonly ['light' | 'dark', keyof Tints]>> = {
  [HOUSE_COLOUR]: ['light', 'marca'],
  '#084c3c': ['light', 'fuerte'],
  '#e2f1eb': ['light', 'suave'],
  '#5fcbaa': ['dark', 'marca'],
  '#86dcc2': ['dark', 'fuerte'],
  '#12332a': ['dark', 'suave'],
  '#04221a': ['dark', 'sobre'],
}

/** A mail as its template wrote it, painted in the bank's colour: mails can have no sheet. */
export function paintMail(html: string, colour: string): string {
  if (colour === HOUSE_COLOUR) return html
  const tints = { light: lightTints(rgbOf(colour)), dark: darkTints(rgbOf(colour)) }
  return html.replace(/(bgcolor="|: )(#[0-9a-f]{6})\b/g, (all, before: string, found: string) => {
    const [theme, tint] = MAIL_COLOURS[found] ?? []
    return theme && tint ? before + print(tints[theme][tint]) : all
  })
}

const TOKENS: Readonly<Record<keyof Tints, string>> = {
  marca: 'marca',
  fuerte: 'marca-fuerte',
  sobre: 'sobre-marca',
  suave: 'marca-suave',
  honda: 'honda',
  viva: 'viva',
}

function lightTints(colour: Rgb): Tints {
  return {
    marca: colour,
    fuerte: mix(colour, BLACK, 0.28),
    sobre: WHITE,
    suave: mix(colour, WHITE, 0.9),
    honda: mix(colour, BLACK, 0.5),
    viva: darkTints(colour).marca,
  }
}

/** The same hue, as light as it must be to be read on dark grounds. */
function darkTints(colour: Rgb): Tints {
  const suave = mix(colour, rgbOf('#0c1210'), 0.75)
  let marca = colour
  for (let part = 0.1; part < 1; part += 0.05) {
    const grounds = [...DARK, suave]
    if (Math.min(...grounds.map((ground) => contrast(marca, ground))) >= 6.5) break
    marca = mix(colour, WHITE, part)
  }
  return {
    marca,
    fuerte: mix(marca, WHITE, 0.3),
    sobre: mix(colour, BLACK, 0.8),
    suave,
    honda: mix(colour, rgbOf('#0c1210'), 0.75),
    viva: marca,
  }
}

function rgbOf(colour: string): Rgb {
  const part = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16)
  return [part(1), part(3), part(5)]
}

function print(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** So much of the other colour. */
function mix(one: Rgb, other: Rgb, part: number): Rgb {
  const of = (at: 0 | 1 | 2) => Math.round(one[at] + (other[at] - one[at]) * part)
  return [of(0), of(1), of(2)]
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
