import { sql } from 'kysely'
import { anyOf, insertRows } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { ItemOutcome } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'
import { creditedNumber } from '../../../issuing/credit-notes/credited-number.ts'
import type { ReceiptDraft } from '../../../sri/draft.ts'
import type { SheetRow } from '../../rows/drafts/line.ts'
import type { Fault } from '../../rows/fault.ts'
import type { ReceiptInRows } from '../../rows/read-rows.ts'

/** The rows of one receipt of a lot, with its place there. */
export interface LotRows extends Pick<ReceiptInRows, 'reference' | 'rows' | 'faults'> {
  readonly n: number
  readonly outcome: ItemOutcome
}

/** Keeps receipts in rows at their places, in the stead of what stood there. */
export async function keepDrafts(
  tx: Tx,
  lotId: number,
  receipts: readonly (ReceiptInRows & { n: number })[],
): Promise<void> {
  await insertRows(tx, {
    table: 'lot_draft',
    columns: ['lot_id', 'n', 'reference', 'rows', 'draft', 'credited_number', 'faults'],
    rows: receipts.map(({ n, reference, rows, draft, faults }) => [
      lotId,
      n,
      reference,
      JSON.stringify(rows),
      draft === null ? null : JSON.stringify(draft),
      draft && creditedNumber(draft),
      JSON.stringify(faults),
    ]),
    whenTaken: `on conflict (lot_id, n) do update set reference = excluded.reference,
      rows = excluded.rows, draft = excluded.draft, credited_number = excluded.credited_number,
      faults = excluded.faults`,
  })
}

/** Where references stand in a lot, and how they stand; of one that came twice, the good one. */
export async function placesInLot(
  tx: Tx,
  lotId: number,
  references: readonly string[],
): Promise<Map<string, { n: number; outcome: ItemOutcome }>> {
  if (references.length === 0) return new Map()
  const rows = await tx
    .selectFrom('lot_draft')
    .innerJoin('lot_item', (join) =>
      join
        .onRef('lot_item.lot_id', '=', 'lot_draft.lot_id')
        .onRef('lot_item.n', '=', 'lot_draft.n'),
    )
    .select(['lot_draft.reference', 'lot_draft.n', 'lot_item.outcome'])
    .where('lot_draft.reference', 'in', anyOf(tx, references))
    .where('lot_draft.lot_id', '=', lotId)
    .orderBy(sql`case when lot_item.outcome = 'refused' then 0 else 1 end`)
    .execute()
  return new Map(rows.map(({ reference, n, outcome }) => [reference, { n, outcome }]))
}

/** The good credit notes of a lot that wait for their number, among those of some invoices. */
export async function draftsCrediting(
  tx: Tx,
  lotId: number,
  invoices: readonly string[],
): Promise<ReceiptDraft[]> {
  if (invoices.length === 0) return []
  const rows = await tx
    .selectFrom('lot_draft')
    .innerJoin('lot_item', (join) =>
      join
        .onRef('lot_item.lot_id', '=', 'lot_draft.lot_id')
        .onRef('lot_item.n', '=', 'lot_draft.n'),
    )
    .select('lot_draft.draft')
    .where('lot_draft.lot_id', '=', lotId)
    .where('lot_draft.credited_number', 'is not', null)
    .where('lot_draft.credited_number', 'in', anyOf(tx, invoices))
    .where('lot_item.outcome', 'in', ['new', 'to-issue'])
    .orderBy('lot_draft.n')
    .execute()
  return rows.flatMap(({ draft }) => (draft === null ? [] : [JSON.parse(draft) as ReceiptDraft]))
}

/** Whether a good receipt at another place of the lot has the reference. */
export async function isTakenInLot(
  tx: Tx,
  lotId: number,
  n: number,
  reference: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom('lot_draft')
    .innerJoin('lot_item', (join) =>
      join
        .onRef('lot_item.lot_id', '=', 'lot_draft.lot_id')
        .onRef('lot_item.n', '=', 'lot_draft.n'),
    )
    .select('lot_draft.n')
    .where('lot_draft.reference', '=', reference)
    .where('lot_draft.lot_id', '=', lotId)
    .where('lot_draft.n', '<>', n)
    .where('lot_item.outcome', 'in', ['new', 'to-issue'])
    .executeTakeFirst()
  return row !== undefined
}

/** The place after the last one of a lot. */
export async function nextPlace(tx: Tx, lotId: number): Promise<number> {
  const row = await tx
    .selectFrom('lot_item')
    .where('lot_id', '=', lotId)
    .select(({ fn }) => fn.max('n').as('last'))
    .executeTakeFirst()
  return Number(row?.last ?? 0) + 1
}

/** The receipts in rows that something is wrong with, in their order. */
export async function faultyRows(
  db: Db,
  lotId: number,
  page: { afterN: number; limit: number },
): Promise<LotRows[]> {
  return rowsOf(db, lotId, page, sql<boolean>`outcome in ('refused', 'clashing', 'repeated')`)
}

export async function findRows(db: Db, lotId: number, n: number): Promise<LotRows | null> {
  const page = { afterN: n - 1, limit: 1 }
  const [found] = await rowsOf(db, lotId, page, sql<boolean>`lot_item.n = ${n}`)
  return found ?? null
}

async function rowsOf(
  db: Db,
  lotId: number,
  { afterN, limit }: { afterN: number; limit: number },
  which: ReturnType<typeof sql<boolean>>,
): Promise<LotRows[]> {
  const rows = await db
    .selectFrom('lot_item')
    .innerJoin('lot_draft', (join) =>
      join
        .onRef('lot_draft.lot_id', '=', 'lot_item.lot_id')
        .onRef('lot_draft.n', '=', 'lot_item.n'),
    )
    .select(['lot_item.n', 'lot_item.outcome', 'lot_draft.reference'])
    .select(['lot_draft.rows', 'lot_draft.faults'])
    .where('lot_item.lot_id', '=', lotId)
    .where('lot_item.n', '>', afterN)
    .where(which)
    .orderBy('lot_item.n')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    n: row.n,
    outcome: row.outcome,
    reference: row.reference,
    rows: JSON.parse(row.rows) as SheetRow[],
    faults: JSON.parse(row.faults) as Fault[],
  }))
}

/** The receipts in rows that stand one way, in their order: their places and references. */
export async function referencesAfter(
  tx: Tx,
  lotId: number,
  outcome: 'new' | 'to-issue',
  { afterN, limit }: { afterN: number; limit: number },
): Promise<{ n: number; reference: string }[]> {
  return tx
    .selectFrom('lot_item')
    .innerJoin('lot_draft', (join) =>
      join
        .onRef('lot_draft.lot_id', '=', 'lot_item.lot_id')
        .onRef('lot_draft.n', '=', 'lot_item.n'),
    )
    .select(['lot_item.n', 'lot_draft.reference'])
    .where('lot_item.lot_id', '=', lotId)
    .where('lot_item.n', '>', afterN)
    .where('lot_item.outcome', '=', outcome)
    .orderBy('lot_item.n')
    .limit(limit)
    .execute()
}

/** Notes how the receipts of some places stand now. */
export async function setOutcomes(
  tx: Tx,
  lotId: number,
  places: readonly number[],
  outcome: ItemOutcome,
): Promise<void> {
  if (places.length === 0) return
  await tx
    .updateTable('lot_item')
    .set({ outcome })
    .where('lot_id', '=', lotId)
    .where('n', 'in', anyOf(tx, places))
    .execute()
}
