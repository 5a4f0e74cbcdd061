import type { Tx } from '../../../db/transaction.ts'

/** Everything that leads to one party leads to another from now on. */
export async function moveNumbers(tx: Tx, from: number, to: number): Promise<void> {
  await tx
    .updateTable('party_identification')
    .set({ party_id: to })
    .where('party_id', '=', from)
    .execute()
  await tx
    .insertInto('party_word')
    .columns(['word', 'party_id'])
    .expression((eb) =>
      eb
        .selectFrom('party_word')
        .select(['word', eb.val(to).as('party_id')])
        .where('party_id', '=', from),
    )
    .onConflict((conflict) => conflict.columns(['word', 'party_id']).doNothing())
    .execute()
  await tx.deleteFrom('party_word').where('party_id', '=', from).execute()
}

/** An address of the one that goes counts on only where the one that stays has none of its source. */
export async function moveContacts(tx: Tx, from: number, to: number, now: Date): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ replaced_at: now.toISOString() })
    .where('party_id', '=', from)
    .where('replaced_at', 'is', null)
    .where('source', 'in', (eb) =>
      eb
        .selectFrom('contact as held')
        .select('held.source')
        .where('held.party_id', '=', to)
        .where('held.replaced_at', 'is', null),
    )
    .execute()
  await tx.updateTable('contact').set({ party_id: to }).where('party_id', '=', from).execute()
}

/** Their way in, the mails they were sent, and the looks of the bank's people at them. */
export async function moveAccess(tx: Tx, from: number, to: number): Promise<void> {
  await tx.deleteFrom('first_login_window').where('party_id', '=', from).execute()
  await tx.updateTable('login').set({ party_id: to }).where('party_id', '=', from).execute()
  await tx.updateTable('mail').set({ party_id: to }).where('party_id', '=', from).execute()
  await tx.updateTable('customer_view').set({ party_id: to }).where('party_id', '=', from).execute()
}

/** Nothing leads to this party any more, but whoever kept its address is led on. */
export async function markMerged(tx: Tx, from: number, to: number): Promise<void> {
  await tx.updateTable('party').set({ merged_into: to }).where('id', '=', from).execute()
  await tx.updateTable('party').set({ merged_into: to }).where('merged_into', '=', from).execute()
}
