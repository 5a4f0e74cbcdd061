import { applyRate } from '../../../values/decimal.ts'
import { cents, printAmount } from '../../../values/money.ts'
import {
  addedUp,
  additionalInfo,
  amountIn,
  buyerOf,
  changedOf,
  checkTotal,
  printTax,
  readVat,
  sriDate,
  totalsByRate,
} from './draft-parts.ts'
import type { Drafted } from './draft-sale.ts'
import type { Line } from './line.ts'

/** Nota de débito 1.0.0: its taxes are charged on the sum of the reasons, not on each. */
export function draftDebitNote(first: Line, lines: readonly Line[]): Drafted | null {
  const changed = changedOf(first)
  const charged = lines.map((line) => {
    if (line.get('valor') === '') return null
    const days = [line.day('fecha_emision'), line.day('fecha_modificado')]
    return readVat(line, amountIn(line, 'valor'), days)
  })
  const good = charged.filter((vat) => vat !== null)
  if (good.length < lines.length) return null
  const totals = totalsByRate(good).map(({ rate, base }) => ({
    rate,
    base,
    tax: applyRate(base, rate.basisPoints ?? 0) ?? cents(0),
  }))
  const bases = totals.map(({ base }) => base)
  const net = addedUp(bases, first, 'valor')
  const total = addedUp([...bases, ...totals.map(({ tax }) => tax)], first, 'valor')
  if (net === null || total === null) return null
  checkTotal(first, total)
  const infoNotaDebito = {
    fechaEmision: sriDate(first.get('fecha_emision')),
    ...buyerOf(first),
    ...changed,
    totalSinImpuestos: printAmount(net),
    impuestos: totals.map(printTax),
    valorTotal: printAmount(total),
    pagos: [{ formaPago: first.get('forma_pago'), total: printAmount(total) }],
  }
  const motivos = lines.map((line) => ({
    razon: line.get('razon'),
    valor: printAmount(amountIn(line, 'valor')),
  }))
  const content = { infoNotaDebito, motivos, ...additionalInfo(first, first.get('correo')) }
  return { document: { kind: 'debit-note', version: '1.0.0', content }, totalCents: total }
}
