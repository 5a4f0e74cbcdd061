import {
  incomeWithholdingConcept,
  usualPercentage,
} from '../../../sri/catalogues/catalogue-income.ts'
import { ivaRate, ivaWithholdings } from '../../../sri/catalogues/catalogues.ts'
import { basisPoints } from '../../../sri/taxes.ts'
import { applyRate } from '../../../values/decimal.ts'
import { addUp, type Cents, cents, formatMoney, printAmount } from '../../../values/money.ts'
import { complain } from '../fault.ts'
import {
  addedUp,
  additionalInfo,
  amountIn,
  type ChargedVat,
  checkOrder,
  filled,
  isRounded,
  printRate,
  readVat,
  sriDate,
} from './draft-parts.ts'
import type { Drafted } from './draft-sale.ts'
import type { Line } from './line.ts'

const [INCOME, IVA, ISD] = ['1', '2', '6']
/** «Salida de divisas» has two codes. */
const ISD_CODES = new Set(['4580', '4586'])
const ABROAD = '08'

/** Retención 2.0.0: what is withheld, under each document that it is withheld from. */
export function draftWithholding(
  first: Line,
  _lines: readonly Line[],
  parts: readonly (readonly Line[])[],
): Drafted | null {
  const unsaid = first.get('tipo_sujeto') === '' && !first.spoiled('tipo_sujeto')
  if (first.get('tipo_identificacion') === ABROAD && unsaid) {
    first.complain('tipo_sujeto', complain('missing'))
  }
  const supports = parts.map((part) => (part[0] ? supportOf(part[0], part) : null))
  const good = supports.filter((support) => support !== null)
  if (good.length < parts.length) return null
  const issued = sriDate(first.get('fecha_emision'))
  const infoCompRetencion = {
    fechaEmision: issued,
    tipoIdentificacionSujetoRetenido: first.get('tipo_identificacion'),
    ...filled({ tipoSujetoRetenido: first.get('tipo_sujeto') }),
    parteRel: first.get('parte_relacionada') || 'NO',
    razonSocialSujetoRetenido: first.get('razon_social'),
    identificacionSujetoRetenido: first.get('identificacion'),
    periodoFiscal: issued.slice(3),
  }
  const docsSustento = good.map(({ document }) => document)
  const content = {
    infoCompRetencion,
    docsSustento,
    ...additionalInfo(first, first.get('correo')),
  }
  const totalCents = addUp(good.map(({ withheld }) => withheld))
  return { document: { kind: 'withholding', version: '2.0.0', content }, totalCents }
}

function supportOf(head: Line, lines: readonly Line[]) {
  checkOrder(head, 'fecha_sustento')
  const charged = chargedBy(head)
  const withheld = lines.map((line) => withheldIn(line))
  const good = withheld.filter((line) => line !== null)
  if (charged === null || good.length < lines.length) return null
  const subtotal = amountIn(head, 'subtotal_sustento')
  const taxes = charged.map(({ tax }) => tax)
  const paid = addedUp([subtotal, ...taxes], head, 'subtotal_sustento')
  const sum = addedUp(
    good.map(({ amount }) => amount),
    head,
    'base_imponible',
  )
  if (paid === null || sum === null) return null
  const document = {
    codSustento: head.get('codigo_sustento'),
    codDocSustento: head.get('tipo_sustento'),
    numDocSustento: head.get('numero_sustento').replaceAll('-', ''),
    fechaEmisionDocSustento: sriDate(head.get('fecha_sustento')),
    ...filled({ numAutDocSustento: head.get('autorizacion_sustento') }),
    pagoLocExt: '01',
    totalSinImpuestos: printAmount(subtotal),
    importeTotal: printAmount(paid),
    impuestosDocSustento: charged.map(printCharged),
    retenciones: good.map(({ printed }) => printed),
    pagos: [{ formaPago: head.get('forma_pago'), total: printAmount(paid) }],
  }
  return { document, withheld: sum }
}

/** The tax that the supporting document charged, and what of its subtotal went at 0 %. */
function chargedBy(head: Line): ChargedVat[] | null {
  if (head.get('subtotal_sustento') === '' || head.spoiled('base_iva_sustento')) return null
  const subtotal = amountIn(head, 'subtotal_sustento')
  const zero = ivaRate('0')
  const wholly = head.get('base_iva_sustento') === '' || head.get('codigo_iva_sustento') === '0'
  const base = wholly ? subtotal : amountIn(head, 'base_iva_sustento')
  if (base > subtotal) {
    const facts = { expected: `el subtotal, ${formatMoney(subtotal)}` }
    head.complain('base_iva_sustento', complain('base-larger', facts))
    return null
  }
  const columns = { code: 'codigo_iva_sustento', amount: 'valor_iva_sustento' }
  const vat = readVat(head, base, [head.day('fecha_sustento')], columns)
  if (vat === null || zero === null) return null
  const rest = cents(subtotal - base)
  return rest === 0 ? [vat] : [vat, { rate: zero, base: rest, tax: cents(0) }]
}

function printCharged({ rate, base, tax }: ChargedVat) {
  return {
    codImpuestoDocSustento: '2',
    codigoPorcentaje: rate.code,
    baseImponible: printAmount(base),
    tarifa: printRate(rate),
    valorImpuesto: printAmount(tax),
  }
}

function withheldIn(line: Line): { amount: Cents; printed: Record<string, string> } | null {
  const asked = ['base_imponible', 'porcentaje', 'impuesto_retenido', 'codigo_retencion']
  if (asked.some((column) => line.get(column) === '') || line.spoiled('valor_retenido')) return null
  const base = amountIn(line, 'base_imponible')
  const percentage = line.get('porcentaje')
  const exact = applyRate(base, basisPoints(percentage) ?? 0)
  if (exact === null || !checkCode(line, Number(percentage))) return null
  const given = line.get('valor_retenido') !== ''
  const amount = given ? amountIn(line, 'valor_retenido') : exact
  if (!isRounded(amount, exact, Number(percentage))) {
    const expected = `${percentage.replace('.', ',')} % de ${formatMoney(base)} es ${formatMoney(exact)}`
    line.complain('valor_retenido', complain('withheld-mismatch', { expected }))
    return null
  }
  const printed = {
    codigo: line.get('impuesto_retenido'),
    codigoRetencion: codeOf(line),
    baseImponible: printAmount(base),
    porcentajeRetener: percentage,
    valorRetenido: printAmount(amount),
  }
  return { amount, printed }
}

function codeOf(line: Line): string {
  return line.get('codigo_retencion').toUpperCase()
}

/** Codes of IVA are few and fixed; those of income change too often to hold anything back. */
function checkCode(line: Line, percentage: number): boolean {
  const code = codeOf(line)
  const tax = line.get('impuesto_retenido')
  if (tax === IVA) return checkIvaCode(line, code, percentage)
  const known = tax === ISD ? ISD_CODES.has(code) : incomeWithholdingConcept(code) !== null
  if (!known) line.warn('codigo_retencion', complain('unknown-withholding'))
  const usual = tax === INCOME ? usualPercentage(code, line.day('fecha_emision')) : null
  if (usual !== null && usual !== percentage) {
    const facts = { expected: String(usual).replace('.', ',') }
    line.warn('porcentaje', complain('other-percentage', facts))
  }
  return true
}

function checkIvaCode(line: Line, code: string, percentage: number): boolean {
  const held = ivaWithholdings.get(code)
  if (held === percentage) return true
  if (held === undefined) {
    const said = [...ivaWithholdings].map(([one, percent]) => `${one} (${percent} %)`).join(', ')
    line.complain('codigo_retencion', complain('unknown-code', { expected: said }))
  } else {
    line.complain('porcentaje', complain('percentage-of-code', { expected: String(held) }))
  }
  return false
}
