import { type Day, formatDay, parseSriDate } from '../../values/day.ts'
import { type IvaRate, isInForce, ivaRate } from '../catalogues/catalogues.ts'
import type { ReceiptDocument } from '../documents/document.ts'
import { type Problem, problem } from '../messages.ts'
import { issuedOnOf } from '../summary.ts'
import { basisPoints, chargedOf } from '../taxes.ts'

interface PrintedRate {
  readonly codigo?: string
  readonly codigoPorcentaje?: string
  readonly tarifa?: string
}

/** IVA codes: known, with their own rate, and in force on the day they are charged. */
export function checkRates(document: ReceiptDocument): Problem[] {
  const days = daysOf(document)
  const seen = new Set<string>()
  return printedRates(document).flatMap(({ rate, place }) => {
    const code = rate.codigoPorcentaje
    // A rate is named once, however many lines carry it.
    const mark = `${code} ${rate.tarifa}`
    if (rate.codigo !== '2' || code === undefined || seen.has(mark)) return []
    seen.add(mark)
    const known = ivaRate(code)
    if (known === null) {
      return [problem('unknown-code', `${place}.codigoPorcentaje`, { value: code })]
    }
    return [...checkOwnRate(known, rate, place), ...checkInForce(known, days, place)]
  })
}

function checkOwnRate(known: IvaRate, rate: PrintedRate, place: string): Problem[] {
  const printed = basisPoints(rate.tarifa)
  if (printed === null || known.basisPoints === null || printed === known.basisPoints) return []
  const facts = { expected: known.label, value: rate.tarifa ?? '' }
  return [problem('rate-of-code', `${place}.tarifa`, facts)]
}

function checkInForce(known: IvaRate, days: readonly Day[], place: string): Problem[] {
  if (days.length === 0 || days.some((day) => isInForce(known, day))) return []
  const until = known.to === undefined ? '' : ` hasta el ${formatDay(known.to)}`
  const since = known.from === undefined ? '' : ` desde el ${formatDay(known.from)}`
  const facts = { expected: `el ${known.label} rige${since}${until}`, value: known.label }
  return [problem('rate-not-valid', place, facts)]
}

/** The days whose rates count: a note carries those of the document that it changes. */
function daysOf(document: ReceiptDocument): Day[] {
  const changed =
    document.kind === 'credit-note'
      ? document.content.infoNotaCredito?.fechaEmisionDocSustento
      : document.kind === 'debit-note'
        ? document.content.infoNotaDebito?.fechaEmisionDocSustento
        : undefined
  const days = [issuedOnOf(document), changed === undefined ? null : parseSriDate(changed)]
  return days.filter((day) => day !== null)
}

function printedRates(document: ReceiptDocument): { rate: PrintedRate; place: string }[] {
  const totals = chargedOf(document).map((rate, at) => ({ rate, place: `totales[${at + 1}]` }))
  if (document.kind === 'debit-note') return totals
  if (document.kind === 'delivery-note' || document.kind === 'withholding') return []
  const lines = (document.content.detalles ?? []).flatMap((line, at) =>
    (line.impuestos ?? []).map((rate, number) => ({
      rate,
      place: `detalles[${at + 1}].impuestos[${number + 1}]`,
    })),
  )
  return [...lines, ...totals]
}
