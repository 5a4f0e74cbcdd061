import { sql } from 'kysely'
import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { TaxName } from '../../sri/catalogues/catalogues.ts'
import type { TaxSum } from '../../sri/tax-sums.ts'

/** What a receipt charges or withholds. */
export interface ReceiptTaxes {
  readonly receiptId: number
  readonly taxes: readonly TaxSum[]
}

/** Writes the taxes of receipts that have none written yet. */
export async function addTaxes(tx: Tx, receipts: readonly ReceiptTaxes[]): Promise<void> {
  await insertRows(tx, {
    table: 'receipt_tax',
    columns: ['receipt_id', 'place', 'tax', 'rate_code', 'rate_bp', 'base_cents', 'amount_cents'],
    rows: receipts.flatMap(({ receiptId, taxes }) =>
      taxes.map((one, place) => {
        const { tax, rateCode, rateBp, baseCents, amountCents } = one
        return [receiptId, place, tax, rateCode, rateBp, baseCents, amountCents]
      }),
    ),
  })
}

/** Receipts whose taxes nobody has written down, the oldest first. */
export async function untaxedReceipts(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('receipt')
    .select('id')
    // As the index has it: a bound parameter would hide that it fits.
    .where(sql<boolean>`tax_lines is null`)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Writes the taxes of receipts that were kept before, but for those gone or written meanwhile. */
export async function noteTaxes(tx: Tx, receipts: readonly ReceiptTaxes[]): Promise<void> {
  const written: ReceiptTaxes[] = []
  for (const one of receipts) {
    const row = await tx
      .updateTable('receipt')
      .set({ tax_lines: one.taxes.length })
      .where('id', '=', one.receiptId)
      .where('tax_lines', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row) written.push(one)
  }
  await addTaxes(tx, written)
}

/** The taxes that are written of receipts. */
export async function taxesOfReceipts(
  db: Db,
  receiptIds: readonly number[],
): Promise<Map<number, TaxSum[]>> {
  if (receiptIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('receipt_tax')
    .selectAll()
    .where('receipt_id', 'in', anyOf(db, receiptIds))
    .orderBy('receipt_id')
    .orderBy('place')
    .execute()
  const taxes = new Map<number, TaxSum[]>()
  for (const row of rows) {
    const sums = taxes.get(row.receipt_id) ?? []
    taxes.set(row.receipt_id, sums)
    sums.push({
      tax: row.tax as TaxName,
      rateCode: row.rate_code,
      rateBp: row.rate_bp,
      baseCents: row.base_cents,
      amountCents: row.amount_cents,
    })
  }
  return taxes
}
