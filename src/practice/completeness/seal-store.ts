import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ReceiptStatus } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { MonthSeal, Sealed, SealSum } from './month-seal.ts'

/** What a party's month adds up to at this moment. */
export interface MonthSums {
  readonly partyId: number
  readonly month: string
  readonly sums: readonly SealSum[]
}

/** The next parties that have receipts up to a day. */
export async function partiesAfter(db: Db, after: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('party')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** What the months of some parties add up to, up to a month, from the sums of their days. */
export async function monthSums(
  db: Db,
  partyIds: readonly number[],
  upTo: string,
): Promise<MonthSums[]> {
  const month = sql<string>`substr(issued_on, 1, 7)`
  const rows = await db
    .selectFrom('receipt_day')
    .where('party_id', 'in', anyOf(db, partyIds))
    .where('issued_on', '<', `${upTo}-32`)
    .where('status', 'in', ['authorized', 'annulled'])
    .groupBy(['party_id', month, 'kind', 'status'])
    .select(({ fn }) => [
      'party_id',
      month.as('month'),
      'kind',
      'status',
      fn.sum<number>('receipts').as('receipts'),
      fn.sum<number>('cents').as('cents'),
    ])
    .orderBy('party_id')
    .orderBy('month')
    .orderBy('kind')
    .orderBy('status')
    .execute()
  const byMonth = Map.groupBy(
    rows.filter(({ receipts }) => Number(receipts) > 0),
    (row) => `${row.party_id} ${row.month}`,
  )
  return [...byMonth.values()].flatMap((some) => {
    const [first] = some
    return first ? [{ partyId: first.party_id, month: first.month, sums: some.map(toSum) }] : []
  })
}

function toSum(row: { kind: string; status: string; receipts: number; cents: number }): SealSum {
  return {
    kind: row.kind as DocumentKind,
    status: row.status as ReceiptStatus,
    receipts: Number(row.receipts),
    cents: Number(row.cents),
  }
}

/** The receipts of a party's month that count, with the fingerprints of their files. */
export async function sealedReceipts(
  db: Db,
  partyId: number,
  month: string,
): Promise<(Sealed & { readonly loadedAt: string })[]> {
  const rows = await db
    .selectFrom('receipt_owner as r')
    .innerJoin('receipt', 'receipt.id', 'r.receipt_id')
    .leftJoin('receipt_document as d', 'd.receipt_id', 'r.receipt_id')
    .where('r.party_id', '=', partyId)
    .where('r.issued_on', '>=', `${month}-01`)
    .where('r.issued_on', '<', `${month}-32`)
    .where('r.status', 'in', ['authorized', 'annulled'])
    .select(['r.access_key', 'r.status', 'd.sha256', 'receipt.loaded_at'])
    .execute()
  return rows.map((row) => ({
    accessKey: row.access_key,
    sha256: row.sha256 ?? '',
    status: row.status as ReceiptStatus,
    loadedAt: row.loaded_at,
  }))
}

/** The newest edition of every month of some parties, those in a range when there is one. */
export async function latestSeals(
  db: Db,
  partyIds: readonly number[],
  months: { from: string | null; to: string | null } = { from: null, to: null },
): Promise<MonthSeal[]> {
  let query = db.selectFrom('month_seal').selectAll().where('party_id', 'in', anyOf(db, partyIds))
  if (months.from !== null) query = query.where('month', '>=', months.from)
  if (months.to !== null) query = query.where('month', '<=', months.to)
  const rows = await query.orderBy('party_id').orderBy('month').orderBy('edition').execute()
  const newest = new Map(rows.map((row) => [`${row.party_id} ${row.month}`, row]))
  return [...newest.values()].map(toSeal)
}

/** Notes an edition; one that is there already stays what it is. */
export async function addSeal(tx: Tx, seal: MonthSeal): Promise<void> {
  await tx
    .insertInto('month_seal')
    .values({
      party_id: seal.partyId,
      month: seal.month,
      edition: seal.edition,
      receipts: seal.receipts,
      sums: JSON.stringify(seal.sums),
      root: seal.root,
      added: JSON.stringify(seal.added),
      sealed_at: seal.sealedAt.toISOString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

function toSeal(row: Selectable<Schema['month_seal']>): MonthSeal {
  return {
    partyId: row.party_id,
    month: row.month,
    edition: row.edition,
    receipts: row.receipts,
    sums: JSON.parse(row.sums),
    root: row.root,
    added: JSON.parse(row.added),
    sealedAt: new Date(row.sealed_at),
  }
}
