import { formatCount } from '../../values/count.ts'
import type { Slot } from './period.ts'

/** What is drawn of one thing over time: a value for each slot. `tone` is the class of its colour. */
export interface Series {
  readonly name: string
  readonly tone: 'g-1' | 'g-2' | 'g-3' | 'g-4' | 'g-5'
  readonly values: readonly number[]
}

/** What the plots of a stretch of time have in common; all of it in a box `width` wide and 100 high. */
interface Plot {
  readonly width: number
  /** The numbers of the axis, the highest first. */
  readonly ticks: readonly string[]
  /** What stands below the axis; `each`: one for every slot. */
  readonly days: { readonly each: boolean; readonly labels: readonly string[] }
  /** Where the days of rest begin; each is as wide as its slot. */
  readonly rests: readonly number[]
  readonly slotWidth: number
}

interface Piece {
  readonly tone: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface BarPlot extends Plot {
  readonly bars: readonly { readonly title: string; readonly pieces: readonly Piece[] }[]
}

export interface LinePlot extends Plot {
  /** Of the `points` of a polyline, and of the polygon under it. */
  readonly line: string
  readonly area: string
  readonly points: readonly { readonly title: string; readonly x: number }[]
}

const SLOT = 10
const BAR = 7
const HEIGHT = 100

/** Bars of one or more series, one upon the other. */
export function barPlot(slots: readonly Slot[], series: readonly Series[]): BarPlot {
  const totals = slots.map((_, at) =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  )
  const top = topOf(Math.max(0, ...totals))
  const bars = slots.map((slot, at) => {
    let y = HEIGHT
    const pieces = series.flatMap(({ tone, values }) => {
      const height = ((values[at] ?? 0) / top) * HEIGHT
      y -= height
      const x = at * SLOT + (SLOT - BAR) / 2
      return height > 0 ? [{ tone, x, y: short(y), width: BAR, height: short(height) }] : []
    })
    const said = series.map(({ name, values }) => `${name} ${formatCount(values[at] ?? 0)}`)
    return { title: titleOf(slot, said.join(', ')), pieces }
  })
  return { ...plotOf(slots, top), bars }
}

/** One series as a line. */
export function linePlot(slots: readonly Slot[], { name, values }: Series): LinePlot {
  const top = topOf(Math.max(0, ...values))
  const middle = (at: number) => at * SLOT + SLOT / 2
  const points = values.map(
    (value, at) => `${middle(at)},${short(HEIGHT - (value / top) * HEIGHT)}`,
  )
  const [first, last] = [middle(0), middle(values.length - 1)]
  return {
    ...plotOf(slots, top),
    line: points.join(' '),
    area: `${first},${HEIGHT} ${points.join(' ')} ${last},${HEIGHT}`,
    points: slots.map((slot, at) => {
      return { title: titleOf(slot, `${name} ${formatCount(values[at] ?? 0)}`), x: at * SLOT }
    }),
  }
}

function plotOf(slots: readonly Slot[], top: number): Plot {
  return {
    width: slots.length * SLOT,
    ticks: [4, 3, 2, 1, 0].map((fourths) => formatCount((top / 4) * fourths)),
    days: labelsOf(slots),
    rests: slots.flatMap(({ holiday }, at) => (holiday === null ? [] : [at * SLOT])),
    slotWidth: SLOT,
  }
}

const EACH_MAX = 12
const LABELS = 5

/** As many as there is room for on a phone, as far apart from each other as can be. */
function labelsOf(slots: readonly Slot[]): Plot['days'] {
  if (slots.length <= EACH_MAX && slots.every(({ short: text }) => text.length <= 4)) {
    return { each: true, labels: slots.map(({ short: text }) => text) }
  }
  const count = Math.min(LABELS, slots.length)
  const places = Array.from({ length: count }, (_, at) =>
    Math.round((at * (slots.length - 1)) / Math.max(1, count - 1)),
  )
  return { each: false, labels: places.map((at) => slots[at]?.short ?? '') }
}

/** Steps that people count in; a fourth of the top is one of them, and whole. */
const STEPS = [1, 2, 5, 10, 20, 25, 50]

/** The least top of an axis that has room for `max`. */
function topOf(max: number): number {
  for (let power = 1; ; power *= 100) {
    const step = STEPS.find((one) => one * power * 4 >= max)
    if (step !== undefined) return step * power * 4
  }
}

function titleOf({ label, holiday }: Slot, said: string): string {
  return `${label}${holiday === null ? '' : ` (${holiday})`}: ${said}`
}

function short(value: number): number {
  return Math.round(value * 100) / 100
}
