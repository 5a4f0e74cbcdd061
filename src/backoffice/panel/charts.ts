import type { SriAnswer } from '../../issuing/states/answers.ts'
import { answerFigure, SRI_ANSWERS } from '../../issuing/states/answers.ts'
import { MAIL_FAILED, MAIL_SENT } from '../../outbox/mail-figures.ts'
import { receiptStatuses } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { documentKinds } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { formatMoney } from '../../values/money.ts'
import type { PanelFigures } from './panel-figures.ts'
import { FIRST_LOGINS, RECOVERIES, SIGN_INS } from './panel-figures.ts'
import type { BarPlot, LinePlot, Series } from './plot.ts'
import { barPlot, linePlot } from './plot.ts'
import { formatShares } from './share.ts'

/** The charts of the panel, as the addresses of their files name them. */
export const CHARTS = ['comprobantes', 'respuestas', 'sri', 'correos', 'ingresos'] as const

export type ChartName = (typeof CHARTS)[number]

interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Chart {
  readonly name: ChartName
  readonly title: string
  /** What it shows, in a sentence, for who does not see it. */
  readonly finding: string
  readonly table: Table
}

export interface BarChart extends Chart {
  readonly legend: readonly Pick<Series, 'name' | 'tone'>[]
  readonly plot: BarPlot
}

export interface LineChart extends Chart {
  readonly about: string
  readonly plot: LinePlot
}

/** A bar of its own for each part of a whole. */
export interface SharesChart extends Chart {
  readonly shares: readonly {
    readonly name: string
    readonly tone: Series['tone']
    readonly value: number
    readonly share: string
    /** Of 100. */
    readonly width: number
  }[]
}

/** The two kinds that a bank issues all the time; the others together. */
const OFTEN = [
  { kind: 'invoice', tone: 'g-1' },
  { kind: 'withholding', tone: 'g-4' },
] as const

export function receiptsChart(figures: PanelFigures): BarChart {
  const rare = documentKinds.map(({ kind }) => kind).filter((kind) => !isOften(kind))
  const of = (kinds: readonly DocumentKind[]) =>
    figures.slots.map((slot) => figures.receipts(slot, kinds).value)
  const series: Series[] = [
    ...OFTEN.map(({ kind, tone }) => ({ name: pluralOf(kind), tone, values: of([kind]) })),
    { name: 'Otros tipos', tone: 'g-5', values: of(rare) },
  ]
  const shown = documentKinds.filter(({ kind }) => figures.receipts(null, [kind]).value > 0)
  const most = mostOf(figures, (at) =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  )
  return {
    name: 'comprobantes',
    title: `Comprobantes por ${stepWord(figures)}`,
    finding: most
      ? `${stretchWords(figures)}. El más alto es ${most.label}, con ${counted(most.value, 'comprobante')}.`
      : 'Sin comprobantes en el período.',
    legend: series,
    plot: barPlot(figures.slots, series),
    table: {
      head: ['Emisión', ...shown.map(({ kind }) => pluralOf(kind)), 'Total', 'Valor'],
      rows: figures.slots.map((slot) => {
        const all = figures.receipts(slot)
        const kinds = shown.map(({ kind }) => figures.receipts(slot, [kind]).value)
        const counts = [...kinds, all.value].map(formatCount)
        return [dayWords(slot), ...counts, formatMoney(all.cents)]
      }),
    },
  }
}

const STATUS_TONES = {
  authorized: 'g-1',
  pending: 'g-2',
  rejected: 'g-3',
  annulled: 'g-5',
} as const

/** The answers of the SRI, as this chart and its file call them. */
export const ANSWER_NAMES: Readonly<Record<SriAnswer, string>> = {
  authorized: 'Autorizados',
  returned: 'Devueltos',
  unauthorized: 'No autorizados',
  clashing: 'Con otro documento',
  silent: 'Sin respuesta',
}

const ANSWER_TONES = {
  authorized: 'g-1',
  returned: 'g-4',
  unauthorized: 'g-3',
  clashing: 'g-5',
  silent: 'g-2',
} as const

/** What the SRI answered of what the portal sent it, and how often it did not. */
export function answersChart(figures: PanelFigures): BarChart {
  const series = SRI_ANSWERS.map((answer): Series => {
    const values = figures.each(answerFigure(answer))
    return { name: ANSWER_NAMES[answer], tone: ANSWER_TONES[answer], values }
  })
  const totals = SRI_ANSWERS.map((answer) => {
    const total = formatCount(figures.total(answerFigure(answer)))
    return `${ANSWER_NAMES[answer].toLowerCase()} ${total}`
  })
  return {
    name: 'respuestas',
    title: 'Respuestas del SRI',
    finding: `${stretchWords(figures)}: ${totals.join(', ')}.`,
    legend: series,
    plot: barPlot(figures.slots, series),
    table: tableOf(figures, series),
  }
}

/** Where the receipts of a time stand with the SRI, whoever sent them. */
export function standingChart(figures: PanelFigures): SharesChart {
  const all = figures.receipts(null).value
  const values = receiptStatuses.map(
    ({ status }) => figures.receipts(null, undefined, [status]).value,
  )
  const printed = formatShares(values)
  const shares = receiptStatuses.map(({ status, name }, at) => {
    const value = values[at] ?? 0
    const width = all === 0 ? 0 : (value / all) * 100
    const tone = STATUS_TONES[status]
    return { name, tone, value, share: printed[at] ?? '', width }
  })
  const value = (status: (typeof receiptStatuses)[number]['status']) =>
    formatMoney(figures.receipts(null, undefined, [status]).cents)
  return {
    name: 'sri',
    title: 'Estado en el SRI',
    finding: shares.map(({ name, share }) => `${name}: ${share}`).join('. '),
    shares,
    table: {
      head: ['Estado', 'Comprobantes', 'Parte', 'Valor'],
      rows: receiptStatuses.map(({ status, name }, at) => {
        const { value: count = 0, share = '' } = shares[at] ?? {}
        return [name, formatCount(count), share, value(status)]
      }),
    },
  }
}

export function mailsChart(figures: PanelFigures): BarChart {
  const series: Series[] = [
    { name: 'Enviados', tone: 'g-1', values: figures.each(MAIL_SENT) },
    { name: 'Sin entregar', tone: 'g-3', values: figures.each(MAIL_FAILED) },
  ]
  const [sent, failed] = [figures.total(MAIL_SENT), figures.total(MAIL_FAILED)]
  return {
    name: 'correos',
    title: 'Correos por resultado',
    finding: `${stretchWords(figures)}. Salieron ${counted(sent, 'correo')} y no se ${failed === 1 ? 'pudo' : 'pudieron'} entregar ${formatCount(failed)}.`,
    legend: series,
    plot: barPlot(figures.slots, series),
    table: tableOf(figures, series),
  }
}

export function firstLoginsChart(figures: PanelFigures): LineChart {
  const first: Series = {
    name: 'Primeros ingresos',
    tone: 'g-1',
    values: figures.each(FIRST_LOGINS),
  }
  const others: Series[] = [
    { name: 'Ingresos', tone: 'g-4', values: figures.each(SIGN_INS) },
    { name: 'Recuperaciones pedidas', tone: 'g-5', values: figures.each(RECOVERIES) },
  ]
  const most = mostOf(figures, (at) => first.values[at] ?? 0)
  return {
    name: 'ingresos',
    title: 'Primeros ingresos',
    about: `Clientes que lo terminaron cada ${stepWord(figures)}`,
    finding: most
      ? `${stretchWords(figures)}. Hubo ${counted(figures.total(FIRST_LOGINS), 'primer ingreso', 'primeros ingresos')}; lo más alto es ${most.label}, con ${formatCount(most.value)}.`
      : 'Sin primeros ingresos en el período.',
    plot: linePlot(figures.slots, first),
    table: tableOf(figures, [first, ...others]),
  }
}

function tableOf(figures: PanelFigures, series: readonly Series[]): Table {
  return {
    head: [figures.byMonth ? 'Mes' : 'Día', ...series.map(({ name }) => name)],
    rows: figures.slots.map((slot, at) => [
      dayWords(slot),
      ...series.map(({ values }) => formatCount(values[at] ?? 0)),
    ]),
  }
}

function isOften(kind: DocumentKind): boolean {
  return OFTEN.some((one) => one.kind === kind)
}

function pluralOf(kind: DocumentKind): string {
  return kind === 'withholding'
    ? 'Retenciones'
    : (documentKinds.find((one) => one.kind === kind)?.plural ?? '')
}

function stepWord({ byMonth }: PanelFigures): string {
  return byMonth ? 'mes' : 'día'
}

function stretchWords({ slots }: PanelFigures): string {
  return `De ${slots[0]?.label} a ${slots.at(-1)?.label}`
}

function dayWords({ short, holiday }: PanelFigures['slots'][number]): string {
  return holiday === null ? short : `${short}, ${holiday}`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** The slot with the highest value; null when none has any. */
function mostOf({ slots }: PanelFigures, valueAt: (at: number) => number) {
  let most: { label: string; value: number } | null = null
  for (const [at, { label }] of slots.entries()) {
    const value = valueAt(at)
    if (value > (most?.value ?? 0)) most = { label, value }
  }
  return most
}
