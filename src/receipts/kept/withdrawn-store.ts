import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import { shareLock } from '../../db/lock.ts'
import { isPostgres } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { addFigures } from '../../figures/figure-store.ts'
import { noteEvents } from '../feed/event-store.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { changeDays } from './day-store.ts'
import { loadedFigure, standingFigure } from './receipt-figures.ts'

/**
 * Takes receipts out again that nobody has opened, with their documents, their owners and the mails
 * about them that have not left. Whoever opens one at this moment comes first, or finds it gone.
 * What the bank issued itself stays: the SRI has it, and only the SRI can annul it.
 *
 * @returns those that are gone; the others were opened or issued, or are no longer there
 */
export async function withdrawReceipts(
  tx: Tx,
  receiptIds: readonly number[],
  now: Date,
): Promise<number[]> {
  if (receiptIds.length === 0) return []
  await shareLock(tx, 'merging')
  const rows = await tx
    .selectFrom('receipt')
    .select('id')
    .where('id', 'in', anyOf(tx, receiptIds))
    .orderBy('id')
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
  const opened = await tx
    .selectFrom('receipt_reading')
    .select('receipt_id')
    .distinct()
    .where('receipt_id', 'in', anyOf(tx, receiptIds))
    .where('view_id', 'is', null)
    .execute()
  const issued = await tx
    .selectFrom('issuance')
    .select('receipt_id')
    .where('receipt_id', 'in', anyOf(tx, receiptIds))
    .execute()
  const kept = new Set([...opened, ...issued].map(({ receipt_id }) => receipt_id))
  const ids = rows.map(({ id }) => id).filter((id) => !kept.has(id))
  if (ids.length > 0) await remove(tx, ids, now)
  return ids
}

async function remove(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  const these = anyOf(tx, ids)
  await tx
    .deleteFrom('mail')
    .where('receipt_id', 'in', these)
    .where(sql<boolean>`status = 'pending'`)
    .execute()
  // What is left are looks of the bank's people; the chain tells of them for ever.
  await tx.deleteFrom('receipt_reading').where('receipt_id', 'in', these).execute()
  await tx.deleteFrom('digest_receipt').where('receipt_id', 'in', these).execute()
  await tx.deleteFrom('digest_item').where('receipt_id', 'in', these).execute()
  const owned = await tx
    .deleteFrom('receipt_owner')
    .where('receipt_id', 'in', these)
    .returning(['party_id', 'issued_on', 'kind', 'status', 'total_cents'])
    .returning(['access_key', 'recipient_number'])
    .execute()
  await tx.deleteFrom('receipt_document').where('receipt_id', 'in', these).execute()
  await tx.deleteFrom('receipt_tax').where('receipt_id', 'in', these).execute()
  const gone = await tx
    .deleteFrom('receipt')
    .where('id', 'in', these)
    .returning(['issued_on', 'kind', 'status', 'total_cents', 'loaded_at'])
    .execute()
  await changeDays(
    tx,
    owned.map(({ party_id, issued_on: issuedOn, kind, status, total_cents: totalCents }) => ({
      receipt: { issuedOn, kind, totalCents },
      status: status as ReceiptStatus,
      partyIds: [party_id],
      receipts: -1,
    })),
  )
  await noteEvents(
    tx,
    owned.map((row) => ({ what: 'withdrawn', owned: row })),
    now,
  )
  await addFigures(
    tx,
    gone.flatMap(({ issued_on: issuedOn, kind, status, total_cents: totalCents, loaded_at }) => [
      standingFigure({ issuedOn, kind, status, totalCents }, -1),
      loadedFigure(new Date(loaded_at), -1),
    ]),
  )
}
