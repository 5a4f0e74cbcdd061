import { anyOf } from '../../db/bulk-insert.ts'
import { shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { addFigures } from '../../figures/figure-store.ts'
import { tellAnnulled } from '../alerts/tell-annulled.ts'
import { noteEventOf } from '../feed/event-store.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { changeDays } from './day-store.ts'
import { standingFigure } from './receipt-figures.ts'

/**
 * The SRI says that an authorised receipt is annulled: from now on it says so everywhere, and who
 * has it is told. False when it is not, or no longer, an authorised one.
 */
export async function annulReceipt(tx: Tx, receiptId: number, now: Date): Promise<boolean> {
  await shareLock(tx, 'merging')
  const row = await tx
    .updateTable('receipt')
    .set({ status: 'annulled' })
    .where('id', '=', receiptId)
    .where('status', '=', 'authorized')
    .returning(['access_key', 'kind', 'issued_on', 'total_cents'])
    .executeTakeFirst()
  if (!row) return false
  const owners = await tx
    .updateTable('receipt_owner')
    .set({ status: 'annulled' })
    .where('receipt_id', '=', receiptId)
    .returning('party_id')
    .execute()
  const partyIds = owners.map((owner) => owner.party_id)
  const { kind, issued_on: issuedOn, total_cents: totalCents } = row
  const receipt = { kind, issuedOn, totalCents }
  await tellAnnulled(tx, { receiptId, accessKey: row.access_key, partyIds }, now)
  await changeDays(tx, [
    { receipt, status: 'authorized', partyIds, receipts: -1 },
    { receipt, status: 'annulled', partyIds, receipts: 1 },
  ])
  await noteEventOf(tx, 'annulled', receiptId, now)
  await addFigures(tx, [
    standingFigure({ ...receipt, status: 'authorized' }, -1),
    standingFigure({ ...receipt, status: 'annulled' }, 1),
  ])
  return true
}

/**
 * How a receipt stands now; in a transaction nobody changes that until it ends. Null when it is there
 * no longer.
 */
export async function statusOf(tx: Tx, receiptId: number): Promise<ReceiptStatus | null> {
  const row = await tx
    .selectFrom('receipt')
    .select('status')
    .where('id', '=', receiptId)
    .$if(isPostgres(tx), (query) => query.forNoKeyUpdate())
    .executeTakeFirst()
  return row?.status ?? null
}

/** Of which receipts the SRI waits for the recipient to agree that they are annulled: PENDIENTE DE ANULAR. */
export async function waitingToBeAnnulled(
  db: Db,
  receipts: readonly { readonly id: number }[],
): Promise<ReadonlySet<number>> {
  const ids = receipts.map(({ id }) => id)
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('annulment')
    .select('receipt_id')
    .where('receipt_id', 'in', anyOf(db, ids))
    .where('ended_at', 'is', null)
    .where('state', '=', 'consent')
    .execute()
  return new Set(rows.map(({ receipt_id }) => receipt_id))
}
