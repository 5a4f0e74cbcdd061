import type { DocumentOf } from '../../sri/documents/document.ts'
import { basisPoints } from '../../sri/taxes.ts'
import { addUp, type Cents, cents, parseAmount } from '../../values/money.ts'
import { FINAL_CONSUMER } from '../../values/tax-id.ts'

type InvoiceLine = NonNullable<DocumentOf<'invoice'>['content']['detalles']>[number]
type NoteLine = NonNullable<DocumentOf<'credit-note'>['content']['detalles']>[number]

/** A line of an invoice, and what of it has not been given back yet. */
export interface CreditableLine {
  readonly line: InvoiceLine
  /** Of its IVA, in basis points, and the SRI's code for it. */
  readonly rateBp: number
  readonly rateCode: string
  /** Before tax. */
  readonly netCents: Cents
  readonly leftCents: Cents
  readonly taxLeftCents: Cents
}

/** What may still be given back of an invoice, or why nothing can. */
export type Creditable =
  | { readonly ok: true; readonly lines: readonly CreditableLine[]; readonly leftCents: Cents }
  | { readonly ok: false; readonly refusal: 'final-consumer' | 'other-taxes' | 'nothing-left' }

/**
 * What is left of an invoice once the credit notes that change it are taken off. A note's lines are
 * told by code, text and rate; what fits none is taken off the lines of its rate, first to last, so
 * that never more is given back than was charged, whoever made those notes.
 *
 * @param notes those that stand or are on their way; not the ones that were refused or annulled
 */
export function creditableOf(
  { content }: DocumentOf<'invoice'>,
  notes: readonly DocumentOf<'credit-note'>[],
): Creditable {
  if (content.infoFactura?.identificacionComprador === FINAL_CONSUMER)
    return refuse('final-consumer')
  const open = (content.detalles ?? []).map(openLine)
  const lines = open.filter((line) => line !== null)
  if (lines.length < open.length || lines.length === 0) return refuse('other-taxes')
  for (const note of notes) {
    for (const line of note.content.detalles ?? []) takeOff(lines, line)
  }
  // A tax whose base is all given back can be given back no more: no document says so.
  const left = lines.filter(({ leftCents }) => leftCents > 0)
  const leftCents = addUp(left.flatMap(({ leftCents, taxLeftCents }) => [leftCents, taxLeftCents]))
  if (leftCents === null || leftCents === 0) return refuse('nothing-left')
  return { ok: true, lines, leftCents }
}

/**
 * How much of an invoice is left to give back in all, whatever taxes it bears; null when nothing of
 * it can be given back to anybody.
 */
export function leftOf(
  invoice: DocumentOf<'invoice'>,
  notes: readonly DocumentOf<'credit-note'>[],
): Cents | null {
  const creditable = creditableOf(invoice, notes)
  if (creditable.ok) return creditable.leftCents
  switch (creditable.refusal) {
    case 'final-consumer':
      return null
    case 'nothing-left':
      return cents(0)
    case 'other-taxes': {
      const charged = parseAmount(invoice.content.infoFactura?.importeTotal ?? '') ?? 0
      const given = notes.map(({ content }) => {
        return parseAmount(content.infoNotaCredito?.valorModificacion ?? '') ?? 0
      })
      return cents(Math.max(0, charged - given.reduce<number>((sum, one) => sum + one, 0)))
    }
  }
}

function refuse(refusal: Extract<Creditable, { ok: false }>['refusal']): Creditable {
  return { ok: false, refusal }
}

type Open = { -readonly [Name in keyof CreditableLine]: CreditableLine[Name] }

/** Null when it bears other taxes than IVA, or none. */
function openLine(line: InvoiceLine): Open | null {
  const [tax, ...others] = line.impuestos ?? []
  if (tax?.codigo !== '2' || others.length > 0) return null
  const netCents = parseAmount(line.precioTotalSinImpuesto ?? '')
  const taxLeftCents = parseAmount(tax.valor ?? '')
  if (netCents === null || taxLeftCents === null) return null
  const [rateBp, rateCode] = [basisPoints(tax.tarifa) ?? 0, tax.codigoPorcentaje ?? '']
  return { line, rateBp, rateCode, netCents, leftCents: netCents, taxLeftCents }
}

function takeOff(lines: readonly Open[], given: NoteLine): void {
  let net = parseAmount(given.precioTotalSinImpuesto ?? '') ?? 0
  let tax = parseAmount(given.impuestos?.[0]?.valor ?? '') ?? 0
  const rateCode = given.impuestos?.[0]?.codigoPorcentaje ?? ''
  const sameRate = lines.filter((line) => line.rateCode === rateCode)
  const same = sameRate.filter(({ line }) => isSameService(line, given))
  for (const line of [...same, ...sameRate, ...lines]) {
    const [ofNet, ofTax] = [Math.min(net, line.leftCents), Math.min(tax, line.taxLeftCents)]
    line.leftCents = cents(line.leftCents - ofNet)
    line.taxLeftCents = cents(line.taxLeftCents - ofTax)
    net -= ofNet
    tax -= ofTax
  }
  // What was given back at another rate than it was charged is no less money.
  for (const line of [...sameRate, ...lines]) {
    const ofNet = Math.min(net + tax, line.leftCents)
    line.leftCents = cents(line.leftCents - ofNet)
    const ofTax = Math.min(net + tax - ofNet, line.taxLeftCents)
    line.taxLeftCents = cents(line.taxLeftCents - ofTax)
    net = net + tax - ofNet - ofTax
    tax = 0
  }
}

function isSameService(line: InvoiceLine, given: NoteLine): boolean {
  return (
    line.descripcion === given.descripcion &&
    (line.codigoPrincipal ?? '') === (given.codigoInterno ?? '')
  )
}
