import { answerFigure, SRI_ANSWERS } from '../../issuing/states/answers.ts'
import { MAIL_FAILED, MAIL_SENT } from '../../outbox/mail-figures.ts'
import { receiptStatuses } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { documentKinds } from '../../sri/kinds.ts'
import type { Cents } from '../../values/money.ts'
import { printAmount } from '../../values/money.ts'
import { csvHeadOf, csvLineOf, textCell } from '../../values/tables/csv.ts'
import type { ChartName } from './charts.ts'
import { ANSWER_NAMES } from './charts.ts'
import type { PanelFigures } from './panel-figures.ts'
import { FIRST_LOGINS, RECOVERIES, SIGN_INS } from './panel-figures.ts'

interface Export {
  columns: readonly string[]
  /** Finished cells. */
  lines: readonly (readonly string[])[]
}

/** What a chart is drawn from, in whole: days as `2026-11-16`, values with a decimal comma. */
export function chartCsv(chart: ChartName, figures: PanelFigures): string {
  const { columns, lines } = EXPORTS[chart](figures)
  return csvHeadOf(columns) + lines.map(csvLineOf).join('')
}

const EXPORTS: Record<ChartName, (figures: PanelFigures) => Export> = {
  comprobantes: (figures) => ({
    columns: [slotName(figures), 'Feriado', 'Tipo', 'Estado SRI', 'Comprobantes', 'Valor'],
    lines: figures.slots.flatMap((slot) =>
      documentKinds.flatMap(({ kind, name }) =>
        receiptStatuses.flatMap(({ status, name: state }) => {
          const sum = figures.receipts(slot, [kind], [status])
          if (sum.value === 0) return []
          const cells = [slot.holiday ?? '', name, state].map(textCell)
          return [[slot.at, ...cells, String(sum.value), moneyOf(kind, sum.cents)]]
        }),
      ),
    ),
  }),
  respuestas: (figures) =>
    seriesOf(
      figures,
      SRI_ANSWERS.map((answer) => [ANSWER_NAMES[answer], answerFigure(answer)] as const),
    ),
  sri: (figures) => ({
    columns: ['Estado SRI', 'Comprobantes', 'Valor'],
    lines: receiptStatuses.map(({ status, name }) => {
      const { value, cents } = figures.receipts(null, undefined, [status])
      return [textCell(name), String(value), moneyCell(cents)]
    }),
  }),
  correos: (figures) =>
    seriesOf(figures, [
      ['Enviados', MAIL_SENT],
      ['Sin entregar', MAIL_FAILED],
    ]),
  ingresos: (figures) =>
    seriesOf(figures, [
      ['Primeros ingresos', FIRST_LOGINS],
      ['Ingresos', SIGN_INS],
      ['Recuperaciones pedidas', RECOVERIES],
    ]),
}

function seriesOf(
  figures: PanelFigures,
  series: readonly (readonly [column: string, figure: string])[],
): Export {
  return {
    columns: [slotName(figures), 'Feriado', ...series.map(([column]) => column)],
    lines: figures.slots.map((slot) => [
      slot.at,
      textCell(slot.holiday ?? ''),
      ...series.map(([, figure]) => String(figures.at(slot, figure))),
    ]),
  }
}

function slotName({ byMonth }: PanelFigures): string {
  return byMonth ? 'Mes' : 'Día'
}

/** A guía de remisión has no value, which is not the same as none. */
function moneyOf(kind: DocumentKind, value: Cents): string {
  return kind === 'delivery-note' ? '' : moneyCell(value)
}

function moneyCell(value: Cents): string {
  return printAmount(value).replace('.', ',')
}
