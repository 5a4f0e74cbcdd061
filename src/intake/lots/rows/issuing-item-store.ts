import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { ReceiptDraft } from '../../../sri/draft.ts'

/** The good drafts at some places of a lot, in their order. */
export async function draftsAt(
  db: Db,
  lotId: number,
  places: readonly number[],
): Promise<{ n: number; draft: ReceiptDraft }[]> {
  const rows = await db
    .selectFrom('lot_draft')
    .select(['n', 'draft'])
    .where('lot_id', '=', lotId)
    .where('n', 'in', anyOf(db, places))
    .orderBy('n')
    .execute()
  return rows.flatMap(({ n, draft }) =>
    draft === null ? [] : [{ n, draft: JSON.parse(draft) as ReceiptDraft }],
  )
}

/** Says at places that wait to be issued why they still do. */
export async function noteUnissued(
  tx: Tx,
  lotId: number,
  unissued: readonly { n: number; code: string; message: string }[],
): Promise<void> {
  for (const [message, same] of Map.groupBy(unissued, (one) => one.message)) {
    await tx
      .updateTable('lot_item')
      .set({ code: same[0]?.code ?? null, message })
      .where('lot_id', '=', lotId)
      .where(
        'n',
        'in',
        anyOf(
          tx,
          same.map(({ n }) => n),
        ),
      )
      .execute()
  }
}

/** Notes at places of a lot the receipts that were issued for them; answers of how many that is news. */
export async function noteIssued(
  tx: Tx,
  lotId: number,
  issued: readonly { n: number; receiptId: number }[],
): Promise<number> {
  let news = 0
  // In one order, so that two couriers never wait for each other.
  for (const { n, receiptId } of [...issued].sort((one, other) => one.n - other.n)) {
    const { numUpdatedRows } = await tx
      .updateTable('lot_item')
      .set({ outcome: 'loaded', receipt_id: receiptId, code: null, message: null })
      .where('lot_id', '=', lotId)
      .where('n', '=', n)
      .where('outcome', '=', 'issuing')
      .executeTakeFirst()
    news += Number(numUpdatedRows)
  }
  return news
}

/** Notes that the document of a place is not issued any more; false when it was not on its way. */
export async function noteClosed(tx: Tx, lotId: number, n: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('lot_item')
    .set({ outcome: 'withdrawn' })
    .where('lot_id', '=', lotId)
    .where('n', '=', n)
    .where('outcome', '=', 'issuing')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
