import { TAXED_MAX, type TaxTotal, type TaxTotals } from '../../receipts/taxes/tax-totals.ts'
import { iceProduct } from '../../sri/catalogues/catalogue-ice.ts'
import { incomeWithholdingConcept } from '../../sri/catalogues/catalogue-income.ts'
import { formatRate, ivaRate, type TaxName, taxLabels } from '../../sri/catalogues/catalogues.ts'
import { formatCount } from '../../values/count.ts'
import { cents, formatMoney } from '../../values/money.ts'

/** Sums by tax and rate: a line for each, and what they charge or withhold together. */
export interface TaxesTable {
  readonly title: string
  readonly rows: readonly TaxesRow[]
  readonly amount: string
}

interface TaxesRow {
  readonly label: string
  readonly note: string
  readonly count: string
  readonly base: string
  readonly amount: string
}

/** What the page says of taxes, and why it may not say all. */
export interface TaxesOnScreen {
  readonly tables: readonly TaxesTable[]
  readonly remark: string
}

/** Sums by rate in their words: what is charged and what is withheld are never added together. */
export function describeTaxes(found: TaxTotals | null): TaxesOnScreen {
  if (found === null) {
    const most = formatCount(TAXED_MAX)
    const remark = `Las sumas por tarifa de impuesto caben hasta ${most} comprobantes: acorta las fechas o elige menos empresas.`
    return { tables: [], remark }
  }
  const [withheld, charged] = [true, false].map((so) =>
    found.totals.filter((one) => one.withheld === so),
  )
  return {
    tables: [
      ...tableOf('Por tarifa de impuesto', charged ?? [], chargedWords),
      ...tableOf('Por retención', withheld ?? [], withheldWords),
    ],
    remark: found.unfinished ? UNFINISHED : '',
  }
}

const UNFINISHED =
  'Los impuestos de comprobantes que se cargaron hace tiempo se están sumando todavía: las sumas por tarifa pueden crecer. Vuelve en unos minutos.'

/** Of one tax and rate, in words. Those with the same words are one line. */
type Words = Pick<TaxesRow, 'label' | 'note'>

function tableOf(
  title: string,
  totals: readonly TaxTotal[],
  wordsOf: (total: TaxTotal) => Words,
): TaxesTable[] {
  if (totals.length === 0) return []
  const sorted = totals.toSorted(inOrder)
  const lines = Map.groupBy(sorted, (total) => JSON.stringify(wordsOf(total)))
  const rows = [...lines.values()].flatMap((some): TaxesRow[] => {
    const [first] = some
    if (!first) return []
    return [
      {
        ...wordsOf(first),
        count: formatCount(addUp(some, 'count')),
        base: formatMoney(cents(addUp(some, 'baseCents'))),
        amount: formatMoney(cents(addUp(some, 'amountCents'))),
      },
    ]
  })
  return [{ title, rows, amount: formatMoney(cents(addUp(totals, 'amountCents'))) }]
}

function addUp(totals: readonly TaxTotal[], name: 'count' | 'baseCents' | 'amountCents'): number {
  return totals.reduce((sum, total) => sum + total[name], 0)
}

/** An IVA without a percentage is «no objeto» or «exento»: its label says all. */
function chargedWords({ tax, rateCode, rateBp }: TaxTotal): Words {
  const label = rated(tax, rateBp)
  if (tax !== 'iva') {
    const product = tax === 'ice' ? iceProduct(rateCode) : null
    return { label, note: product ?? codeNote(rateCode) }
  }
  if (rateBp !== null) return { label, note: '' }
  const known = ivaRate(rateCode)
  return known ? { label: known.label, note: '' } : { label, note: codeNote(rateCode) }
}

function withheldWords({ tax, rateCode, rateBp }: TaxTotal): Words {
  const concept = tax === 'renta' ? incomeWithholdingConcept(rateCode) : null
  const code = tax === 'iva' && rateBp !== null ? '' : codeNote(rateCode)
  return { label: rated(tax, rateBp), note: concept === null ? code : `${code}: ${concept}` }
}

function rated(tax: TaxName, rateBp: number | null): string {
  return rateBp === null ? taxLabels[tax] : `${taxLabels[tax]} ${formatRate(rateBp)}`
}

function codeNote(code: string): string {
  return code === '' ? '' : `Código ${code}`
}

const ORDER = Object.keys(taxLabels)

/** By tax; of each the highest rate first, and last what has none. */
function inOrder(one: TaxTotal, other: TaxTotal): number {
  const taxes = ORDER.indexOf(one.tax) - ORDER.indexOf(other.tax)
  const rates = (other.rateBp ?? -1) - (one.rateBp ?? -1)
  return taxes || rates || (one.rateCode < other.rateCode ? -1 : 1)
}
