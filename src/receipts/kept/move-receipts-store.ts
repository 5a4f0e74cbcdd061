import type { Tx } from '../../db/transaction.ts'
import { OWNER_COLUMNS } from './kept-store.ts'

const OTHER_COLUMNS = OWNER_COLUMNS.filter((column) => column !== 'party_id')

/**
 * Gives all receipts of one party to another, who turned out to be the same person. What both had is
 * had once. Whatever else is kept by owner must be moved here as well.
 */
export async function moveReceipts(tx: Tx, from: number, to: number): Promise<void> {
  await tx
    .insertInto('receipt_owner')
    .columns(['party_id', ...OTHER_COLUMNS])
    .expression((eb) =>
      eb
        .selectFrom('receipt_owner')
        .select([eb.val(to).as('party_id'), ...OTHER_COLUMNS])
        .where('party_id', '=', from),
    )
    .onConflict((conflict) => conflict.columns(['party_id', 'issued_on', 'receipt_id']).doNothing())
    .execute()
  await tx.deleteFrom('receipt_owner').where('party_id', '=', from).execute()
  await addDaysUpAnew(tx, from, to)
}

/** What a day adds up to is no sum of two sums: a receipt that both had would count twice. */
async function addDaysUpAnew(tx: Tx, from: number, to: number): Promise<void> {
  await tx.deleteFrom('receipt_day').where('party_id', 'in', [from, to]).execute()
  await tx
    .insertInto('receipt_day')
    .columns(['party_id', 'issued_on', 'kind', 'status', 'receipts', 'cents'])
    .expression((eb) =>
      eb
        .selectFrom('receipt_owner')
        .select(['party_id', 'issued_on', 'kind', 'status'])
        .select(({ fn, lit }) => [
          fn.countAll<number>().as('receipts'),
          fn.coalesce(fn.sum<number>('total_cents'), lit(0)).as('cents'),
        ])
        .where('party_id', '=', to)
        .groupBy(['party_id', 'issued_on', 'kind', 'status']),
    )
    .execute()
}
