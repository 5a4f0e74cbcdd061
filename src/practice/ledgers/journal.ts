import { kindFacts } from '../../sri/kinds.ts'
import { type Cents, cents } from '../../values/money.ts'
import { digits, money, text } from '../exports/cell.ts'
import { charged, ivaBase } from '../exports/receipt-columns.ts'
import type { ReceiptFacts } from '../facts/receipt-facts.ts'
import { INTERNATIONAL, type Ledger } from './ledger.ts'

/** One side of an entry. */
export interface JournalRow {
  readonly receipt: ReceiptFacts
  readonly account: string
  readonly what: string
  readonly debit: Cents
  readonly credit: Cents
}

/** Names for whoever imports to map to accounts of their own. */
const ACCOUNTS = {
  cost: 'GASTO',
  iva: 'IVA_CREDITO',
  ice: 'ICE_GASTO',
  other: 'OTROS_CARGOS',
  payable: 'CUENTAS_POR_PAGAR',
  receivable: 'CUENTAS_POR_COBRAR',
  incomeWithheld: 'RETENCION_RENTA_A_FAVOR',
  ivaWithheld: 'RETENCION_IVA_A_FAVOR',
} as const

type Entry = readonly [account: string, what: string, amount: Cents]

/**
 * A journal: each receipt is one entry whose debits and credits are equal. Notas de crédito turn it
 * around. Liquidaciones and guías have no place: one is a sale, the other has no value.
 */
export const journal: Ledger<JournalRow> = {
  slug: 'asientos',
  name: 'Asientos de diario',
  says: 'Un asiento por comprobante, con debe y haber iguales y cuentas con nombre para que las asocies a las tuyas.',
  dialect: INTERNATIONAL,
  columns: [
    ['fecha', ({ receipt }) => text(receipt.issuedOn)],
    ['diario', ({ receipt }) => text(receipt.kind === 'withholding' ? 'RET' : 'COM')],
    ['referencia', ({ receipt }) => text(`${kindFacts(receipt.kind).shortName} ${receipt.number}`)],
    ['cuenta', ({ account }) => text(account)],
    ['identificacion', ({ receipt }) => digits(receipt.issuerRuc)],
    ['tercero', ({ receipt }) => text(receipt.issuerName)],
    ['descripcion', ({ what }) => text(what)],
    ['debe', ({ debit }) => money(debit)],
    ['haber', ({ credit }) => money(credit)],
    ['clave_acceso', ({ receipt }) => digits(receipt.accessKey)],
    ['empresa', ({ receipt }) => digits(receipt.client.taxId)],
  ],
  rowsOf: (receipt) => {
    const entries = receipt.kind === 'withholding' ? withheldEntries(receipt) : bought(receipt)
    const filled = entries.filter(([, , amount]) => amount !== 0)
    const backwards = receipt.kind === 'credit-note'
    return filled.map(([account, what, amount]) => {
      const signed = backwards ? -amount : amount
      const debit = cents(Math.max(0, signed))
      return { receipt, account, what, debit, credit: cents(Math.max(0, -signed)) }
    })
  },
}

/** Debits above zero, and the credit that equals them below it. */
function bought(receipt: ReceiptFacts): Entry[] {
  const { totalCents, kind } = receipt
  if (totalCents === null || kind === 'purchase-settlement' || kind === 'delivery-note') return []
  const bases: Entry[] = [
    [ACCOUNTS.cost, 'Base con IVA', ivaBase(receipt, 'taxed') ?? cents(0)],
    [ACCOUNTS.cost, 'Base 0 %', ivaBase(receipt, 'zero') ?? cents(0)],
    [ACCOUNTS.cost, 'No objeto de IVA', ivaBase(receipt, 'not-subject') ?? cents(0)],
    [ACCOUNTS.cost, 'Exento de IVA', ivaBase(receipt, 'exempt') ?? cents(0)],
    [ACCOUNTS.iva, 'IVA', charged(receipt, 'iva') ?? cents(0)],
    [ACCOUNTS.ice, 'ICE', charged(receipt, 'ice') ?? cents(0)],
  ]
  const known = bases.reduce((sum, [, , amount]) => sum + amount, 0)
  // Tips, discounts on the whole and what is charged for others: the total is what is owed.
  const rest: Entry = [ACCOUNTS.other, 'Otros valores del total', cents(totalCents - known)]
  return [...bases, rest, [ACCOUNTS.payable, 'Total', cents(-totalCents)]]
}

function withheldEntries({ document, totalCents }: ReceiptFacts): Entry[] {
  const lines = document?.withheld ?? []
  const entries = lines.map(({ tax, rateCode, amountCents }): Entry => {
    const account = tax === 'iva' ? ACCOUNTS.ivaWithheld : ACCOUNTS.incomeWithheld
    return [account, `Retención, código ${rateCode}`, amountCents]
  })
  const sum = lines.reduce((so, { amountCents }) => so + amountCents, 0)
  return totalCents === null ? [] : [...entries, [ACCOUNTS.receivable, 'Retenido', cents(-sum)]]
}
