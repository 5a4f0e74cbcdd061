import { readFileSync } from 'node:fs'
import * as fontkit from 'fontkit'
import PDFDocument from 'pdfkit'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import { createRidePainter, type RidePainter } from '#src/ride/draw-ride.ts'
import { CEIBO_LOGO } from '#src/ride/layout/logo.ts'
import { PAGE } from '#src/ride/layout/theme.ts'
import { Face } from '#src/ride/pdf/fonts.ts'
import { Page } from '#src/ride/pdf/page.ts'
import { createRidePool, type RidePool } from '#src/ride/ride-pool.ts'
import type { RideSheet } from '#src/ride/sheet.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { authorized, longInvoice, type RichDocument } from '../ride/documents.ts'

const SHEETS = 64
const ROUNDS = 15
const BARE_PER_ROUND = 40
const OURS_PER_ROUND = 160
const POOLED = 200
const POOL_ROUNDS = 9
const BRAND = { logo: CEIBO_LOGO, rucs: ['0990000000001'] }
const FONTS = new URL('../../src/ride/pdf/fonts/', import.meta.url)

/** One thing drawn on a page, as pdfkit can draw it too. */
type Call =
  | { kind: 'text'; text: string; face: string; size: number; x: number; y: number }
  | { kind: 'rule'; x: number; y: number; width: number }
  | { kind: 'box'; x: number; y: number; width: number; height: number; radius: number }
  | { kind: 'bar'; x: number; y: number; width: number; height: number }

/** What an everyday invoice says besides its lines. */
const EVERYDAY = [
  'fechaEmision',
  'dirEstablecimiento',
  'contribuyenteEspecial',
  'obligadoContabilidad',
  'tipoIdentificacionComprador',
  'razonSocialComprador',
  'identificacionComprador',
  'direccionComprador',
  'totalSinImpuestos',
  'totalDescuento',
  'totalConImpuestos',
  'importeTotal',
  'pagos',
]

/** Invoices of ten lines on a page, no two alike. */
function documents(): RichDocument[] {
  return Array.from({ length: SHEETS }, (_, index) => {
    const { content, ...rest } = longInvoice(10)
    const { infoTributaria, infoAdicional } = content
    const info = content['infoFactura'] as Record<string, unknown>
    const infoFactura = Object.fromEntries(EVERYDAY.map((name) => [name, info[name]]))
    const detalles = (content['detalles'] as Record<string, string>[]).map((line, at) => ({
      ...line,
      codigoPrincipal: `TEX-${(index * 7 + at) % 89}`,
      descripcion: `Comisión por transferencia al exterior ${index * 31 + at * 17}`,
      precioTotalSinImpuesto: `${index + at * 3}.${10 + at}`,
    }))
    const everyday = { infoTributaria, infoFactura, detalles, infoAdicional }
    return { ...rest, content: everyday }
  })
}

/** The bars are one drawing in units of their own; pdfkit gets each where it lies. */
function barsOf(operators: string): Call[] {
  const place = /^([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+) cm 0 g (.*) f$/.exec(operators)
  if (place === null) return []
  const [module, height, x, y] = place.slice(1, 5).map(Number) as [number, number, number, number]
  return [...(place[5] ?? '').matchAll(/([\d.]+) 0 ([\d.]+) 1 re/g)].map(([, start, wide]) => ({
    kind: 'bar',
    x: x + Number(start) * module,
    y: PAGE.height - y - height,
    width: Number(wide) * module,
    height,
  }))
}

/** Watches the painter draw a sheet and writes down what went where. */
function watch(painter: RidePainter, sheet: RideSheet): Call[] {
  const calls: Call[] = []
  const words = new Map<object, string>()
  const { shape } = Face.prototype
  const { text, rule, box, drawing } = Page.prototype
  Face.prototype.shape = function (given) {
    const shaped = shape.call(this, given)
    words.set(shaped, given)
    return shaped
  }
  Page.prototype.text = function (style, shaped, x, y, missing) {
    const { face, size } = style
    calls.push({ kind: 'text', text: words.get(shaped) ?? '', face, size, x, y })
    text.call(this, style, shaped, x, y, missing)
  }
  Page.prototype.rule = function (x, y, width, weight, stroke) {
    calls.push({ kind: 'rule', x, y, width })
    rule.call(this, x, y, width, weight, stroke)
  }
  Page.prototype.box = function (x, y, width, height, radius, stroke) {
    calls.push({ kind: 'box', x, y, width, height, radius })
    box.call(this, x, y, width, height, radius, stroke)
  }
  Page.prototype.drawing = function (operators) {
    calls.push(...barsOf(operators))
    drawing.call(this, operators)
  }
  painter.draw(sheet)
  Face.prototype.shape = shape
  Object.assign(Page.prototype, { text, rule, box, drawing })
  return calls
}

/** A font that remembers how it laid out each text, from one document to the next. */
function remembering(name: string): fontkit.Font {
  const font = fontkit.create(readFileSync(new URL(name, FONTS)))
  const known = new Map<string, fontkit.GlyphRun>()
  return Object.assign(Object.create(font), {
    layout(text: string) {
      const run = known.get(text) ?? font.layout(text)
      known.set(text, run)
      return run
    },
  })
}

const R = remembering('figtree-regular.ttf')
const S = remembering('figtree-semibold.ttf')

/** pdfkit alone: the same texts, rules, boxes and bars, untagged, without XML. */
function drawBare(calls: readonly Call[]): Promise<number> {
  return new Promise((resolve) => {
    const info = { CreationDate: new Date(0) }
    const document = new PDFDocument({ size: 'A4', margin: 0, font: null as never, info })
    let bytes = 0
    document.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
    })
    document.on('end', () => resolve(bytes))
    document.registerFont('R', R as never).registerFont('S', S as never)
    document.lineWidth(0.5)
    for (const call of calls) {
      if (call.kind === 'text') {
        const { face, size, text, x, y } = call
        document.font(face).fontSize(size).text(text, x, y, { lineBreak: false })
      } else if (call.kind === 'rule') {
        document
          .moveTo(call.x, call.y)
          .lineTo(call.x + call.width, call.y)
          .stroke()
      } else if (call.kind === 'box') {
        document.roundedRect(call.x, call.y, call.width, call.height, call.radius).stroke()
      } else document.rect(call.x, call.y, call.width, call.height)
    }
    document.fill('black')
    document.end()
  })
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

const rounded = (value: number, places = 2): number => Number(value.toFixed(places))

/** Milliseconds a file, read and drawn by a pool, a hundred on the way at once. */
async function pooled(pool: RidePool, files: readonly Buffer[], count: number): Promise<number> {
  const start = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const xml = { name: 'comprobante.xml', bytes: files[next++ % SHEETS] as Buffer }
      await pool.draw({ xml, authorization: authorized('invoice'), annulled: false })
    }
  }
  await Promise.all(Array.from({ length: 100 }, lane))
  return (performance.now() - start) / count
}

/** One thread and two, taking turns, so that a noisy machine disturbs both alike. */
async function comparePools(files: readonly Buffer[]) {
  const pools = [1, 2].map((size) => createRidePool({ size, brand: BRAND }))
  const times: number[][] = [[], []]
  for (let round = -1; round < POOL_ROUNDS; round++) {
    for (const [at, pool] of pools.entries()) {
      const ms = await pooled(pool, files, POOLED)
      if (round >= 0) times[at]?.push(ms)
    }
  }
  for (const pool of pools) await pool.close()
  const [one = [], two = []] = times
  return {
    oneThreadPerSecond: Math.round(1000 / median(one)),
    twoThreadsPerSecond: Math.round(1000 / median(two)),
    twoThreadsRatio: rounded(median(one.map((ms, round) => ms / (two[round] ?? ms)))),
    twoThreadsGoal: 1.7,
  }
}

/**
 * RIDEs per second on one core, tagged, against bare pdfkit drawing the same texts, rules and bars
 * with the same faces, their layouts remembered; then with the XML inside, and over threads.
 */
export async function benchRide() {
  const painter = createRidePainter({ brand: BRAND })
  const given = documents()
  const all = given.map((document) => describeReceipt(document, authorized('invoice')))
  const watched = all.map((sheet) => watch(painter, sheet))
  const files = given.map((document) => Buffer.from(authorizedXml(document as ReceiptDocument)))
  const pick = (at: number): RideSheet => all[at % SHEETS] as RideSheet
  const ours = (at: number): Buffer => painter.draw(pick(at))
  const carrying = (at: number): Buffer => {
    const xml = { name: 'comprobante.xml', bytes: files[at % SHEETS] as Buffer }
    return painter.draw(pick(at), { xml })
  }
  const bare = (at: number): Promise<number> => drawBare(watched[at % SHEETS] ?? [])
  const ways = [bare, ours, carrying]
  const times: number[][] = [[], [], []]
  for (let round = -2; round < ROUNDS; round++) {
    for (const [way, draw] of ways.entries()) {
      const count = way === 0 ? BARE_PER_ROUND : OURS_PER_ROUND
      const start = performance.now()
      for (let at = 0; at < count; at++) await draw(at)
      if (round >= 0) times[way]?.push((performance.now() - start) / count)
    }
  }
  const [bareMs = [], oursMs = [], carryingMs = []] = times
  return {
    barePerSecond: Math.round(1000 / median(bareMs)),
    perSecond: Math.round(1000 / median(oursMs)),
    ratio: rounded(median(bareMs.map((ms, round) => ms / (oursMs[round] ?? ms)))),
    goal: 0.9,
    withXmlPerSecond: Math.round(1000 / median(carryingMs)),
    bareBytes: await bare(0),
    bytes: ours(0).length,
    withXmlBytes: carrying(0).length,
    ...(await comparePools(files)),
  }
}
