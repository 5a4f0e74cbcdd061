import { type Cents, cents, parseAmount } from '../values/money.ts'
import { chargedTax, ivaRate, type TaxName, withheldTax } from './catalogues/catalogues.ts'
import type { ReceiptDocument, WithholdingContent } from './documents/document.ts'

export interface TaxLine {
  readonly tax: TaxName
  readonly rateCode: string
  /** Basis points, 1500 is 15 %; null where no percentage applies or none is known. */
  readonly rateBp: number | null
  readonly baseCents: Cents
  readonly amountCents: Cents
}

/** One withholding, wherever the version keeps it. */
interface WithheldLine {
  readonly codigo?: string
  readonly codigoRetencion?: string
  readonly baseImponible?: string
  readonly porcentajeRetener?: string
  readonly valorRetenido?: string
}

/** The withholdings of both versions: 1.0.0 lists them flat, 2.0.0 under each supporting document. */
export function withheldOf(content: WithholdingContent): readonly WithheldLine[] {
  const supported = (content.docsSustento ?? []).flatMap((support) => support.retenciones ?? [])
  return [...(content.impuestos ?? []), ...supported]
}

interface ChargedLine {
  readonly codigo?: string
  readonly codigoPorcentaje?: string
  readonly baseImponible?: string
  readonly tarifa?: string
  readonly valor?: string
}

/** The taxes a document charges or withholds, as it totals them. */
export function taxesOf(document: ReceiptDocument): TaxLine[] {
  if (document.kind === 'withholding') return withheldOf(document.content).map(withheldLine)
  const tarifas = document.kind === 'credit-note' ? rateByCode(document.content.detalles) : NO_RATES
  return chargedOf(document).map((line) => chargedLine(line, tarifas))
}

/** The totals by rate that a document prints; none for guías and withholdings. */
export function chargedOf(document: ReceiptDocument): readonly ChargedLine[] {
  switch (document.kind) {
    case 'invoice':
      return document.content.infoFactura?.totalConImpuestos ?? []
    case 'purchase-settlement':
      return document.content.infoLiquidacionCompra?.totalConImpuestos ?? []
    case 'credit-note':
      return document.content.infoNotaCredito?.totalConImpuestos ?? []
    case 'debit-note':
      return document.content.infoNotaDebito?.impuestos ?? []
    default:
      return []
  }
}

const NO_RATES: ReadonlyMap<string, string> = new Map()

/** A credit note prints the rate only in its lines. */
function rateByCode(
  lines: readonly { impuestos?: readonly ChargedLine[] }[] | undefined,
): ReadonlyMap<string, string> {
  const rates = new Map<string, string>()
  for (const tax of (lines ?? []).flatMap((line) => line.impuestos ?? [])) {
    if (tax.tarifa !== undefined) rates.set(`${tax.codigo} ${tax.codigoPorcentaje}`, tax.tarifa)
  }
  return rates
}

/** A tax that a document charges, in its totals or in one of its lines. */
export function chargedLine(
  line: ChargedLine,
  rates: ReadonlyMap<string, string> = NO_RATES,
): TaxLine {
  const tax = chargedTax(line.codigo)
  const rateCode = line.codigoPorcentaje ?? ''
  const known = tax === 'iva' ? ivaRate(rateCode) : null
  const printed = line.tarifa ?? rates.get(`${line.codigo} ${rateCode}`)
  // Neither «no objeto» nor «exento» has a rate, even where the issuer prints a 0 for them.
  const without = known !== null && (known.code === '6' || known.code === '7')
  const rateBp = without ? null : (basisPoints(printed) ?? known?.basisPoints ?? null)
  return {
    tax,
    rateCode,
    rateBp,
    baseCents: amountOrZero(line.baseImponible),
    amountCents: amountOrZero(line.valor),
  }
}

function withheldLine(line: WithheldLine): TaxLine {
  return {
    tax: withheldTax(line.codigo),
    rateCode: line.codigoRetencion ?? '',
    rateBp: basisPoints(line.porcentajeRetener),
    baseCents: amountOrZero(line.baseImponible),
    amountCents: amountOrZero(line.valorRetenido),
  }
}

/** `15.00` is 1500: two decimals of a percentage are basis points. */
export function basisPoints(printed: string | undefined): number | null {
  return printed === undefined ? null : parseAmount(printed)
}

function amountOrZero(printed: string | undefined): Cents {
  return (printed === undefined ? null : parseAmount(printed)) ?? cents(0)
}
