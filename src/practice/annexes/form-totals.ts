import { ivaWithholdings } from '../../sri/catalogues/catalogues.ts'
import { type Cents, cents } from '../../values/money.ts'
import { charged, type IvaBase, ivaBase, signedOf } from '../exports/receipt-columns.ts'
import type { FactsBatches, ReceiptFacts, WithheldFacts } from '../facts/receipt-facts.ts'
import { LeftOut, whyNotDeclared } from './left-out.ts'

/** One line of what goes into a form. */
export interface FormTotal {
  readonly client: string
  readonly month: string
  readonly form: '103' | '104'
  /** Null where no box is known. */
  readonly box: string | null
  readonly concept: string
  readonly isConfirmed: boolean
  readonly note: string
  base: Cents
  amount: Cents
}

type Place = Pick<FormTotal, 'form' | 'box' | 'concept' | 'isConfirmed' | 'note'>

/** The boxes in which whoever withheld declares the IVA, by its percentage. */
const IVA_BOXES: ReadonlyMap<number, string> = new Map([
  [10, '721'],
  [20, '723'],
  [30, '725'],
  [50, '727'],
  [70, '729'],
  [100, '731'],
])

const CREDIT: Place = {
  form: '104',
  box: '609',
  concept: 'Retenciones de IVA que te hicieron',
  isConfirmed: true,
  note: 'Crédito de tu declaración.',
}
const OF_AGENT = 'Casilla de quien retuvo; a ti te sirve para comparar.'
const NO_BOX = 'Sin casilla confirmada: depende de para qué fue la compra.'
const PURCHASES: readonly (readonly [IvaBase, string])[] = [
  ['taxed', 'Compras con IVA'],
  ['zero', 'Compras con tarifa 0 %'],
  ['not-subject', 'Compras no objeto de IVA'],
  ['exempt', 'Compras exentas de IVA'],
]

export interface FormTotals {
  readonly totals: readonly FormTotal[]
  readonly leftOut: LeftOut
}

/**
 * What the received documents of a month add up to for forms 103 and 104. Notas de crédito take
 * away. What is not confirmed of a box is said in its line.
 */
export async function addUpForms(batches: FactsBatches): Promise<FormTotals> {
  const totals = new Map<string, FormTotal>()
  const leftOut = new LeftOut()
  for await (const batch of batches) {
    for (const facts of batch) {
      const reason = whyNotDeclared(facts) ?? whyNotBought(facts)
      if (reason !== null) leftOut.add(reason, facts)
      else
        for (const [place, base, amount] of placesOf(facts)) add(totals, facts, place, base, amount)
    }
  }
  return { totals: [...totals.values()].sort(inOrder), leftOut }
}

/** Whoever receives a liquidación de compra has sold: it is no purchase of theirs. */
function whyNotBought({ kind }: ReceiptFacts): string | null {
  if (kind === 'delivery-note') return 'que no llevan valores (guías de remisión)'
  return kind === 'purchase-settlement'
    ? 'que para quien los recibe son ventas (liquidaciones)'
    : null
}

function add(
  totals: Map<string, FormTotal>,
  { client, issuedOn }: ReceiptFacts,
  place: Place,
  base: Cents,
  amount: Cents,
): void {
  const month = issuedOn.slice(0, 7)
  const name = JSON.stringify([client.taxId, month, place.form, place.box, place.concept])
  const zero = { base: cents(0), amount: cents(0) }
  const total = totals.get(name) ?? { client: client.taxId, month, ...place, ...zero }
  total.base = cents(total.base + base)
  total.amount = cents(total.amount + amount)
  totals.set(name, total)
}

type Part = readonly [place: Place, base: Cents, amount: Cents]

function placesOf(facts: ReceiptFacts): Part[] {
  if (facts.kind === 'withholding') return (facts.document?.withheld ?? []).flatMap(withheldParts)
  const parts = PURCHASES.flatMap(([kind, concept]): Part[] => {
    const base = signedOf(facts, ivaBase(facts, kind))
    const iva = kind === 'taxed' ? signedOf(facts, charged(facts, 'iva')) : null
    const place: Place = { form: '104', box: null, concept, isConfirmed: false, note: NO_BOX }
    return base === null ? [] : [[place, base, iva ?? cents(0)]]
  })
  return parts
}

function withheldParts(line: WithheldFacts): Part[] {
  const { tax, baseCents, amountCents } = line
  if (tax === 'iva') {
    return [
      [CREDIT, baseCents, amountCents],
      [ivaBox(line), baseCents, amountCents],
    ]
  }
  return tax === 'renta' ? [[incomeBox(line.rateCode), baseCents, amountCents]] : []
}

function ivaBox({ rateCode, rateBp }: WithheldFacts): Place {
  const percent = rateBp === null ? (ivaWithholdings.get(rateCode) ?? null) : rateBp / 100
  const box = percent === null ? null : (IVA_BOXES.get(percent) ?? null)
  const said = percent === null ? `código ${rateCode}` : `${percent} %`
  const note = box === null ? `No hay casilla conocida. ${OF_AGENT}` : OF_AGENT
  return { form: '104', box, concept: `IVA retenido, ${said}`, isConfirmed: box !== null, note }
}

/** The box is the leading number of the code; how letters roll up has not been confirmed. */
function incomeBox(code: string): Place {
  const box = /^\d{3,4}/.exec(code)?.[0] ?? null
  const isConfirmed = box === code
  const unsure = `No confirmado: el código ${code} se suma aquí por su número.`
  const note = isConfirmed ? OF_AGENT : `${unsure} ${OF_AGENT}`
  return { form: '103', box, concept: `Renta retenida, código ${code}`, isConfirmed, note }
}

function inOrder(one: FormTotal, other: FormTotal): number {
  const nameOf = ({ client, month, form, box, concept }: FormTotal) =>
    [client, month, form, box ?? 'zzz', concept].join(' ')
  return nameOf(one) < nameOf(other) ? -1 : 1
}
