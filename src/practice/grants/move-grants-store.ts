import type { Tx } from '../../db/transaction.ts'
import { moveClientOfKeys } from '../../identity/api-keys/api-key-store.ts'
import { movePackageScopes } from '../packages/scope-store.ts'

/** What one party granted, and who and which program has it among their clients, is another's from now on. */
export async function moveGrants(tx: Tx, from: number, to: number): Promise<void> {
  await tx.updateTable('access_grant').set({ party_id: to }).where('party_id', '=', from).execute()
  await tx
    .deleteFrom('member_client')
    .where('party_id', '=', from)
    .where('login_id', 'in', (eb) =>
      eb
        .selectFrom('member_client as kept')
        .select('kept.login_id')
        .where('kept.party_id', '=', to),
    )
    .execute()
  await tx.updateTable('member_client').set({ party_id: to }).where('party_id', '=', from).execute()
  await moveClientOfKeys(tx, from, to)
  await movePackageScopes(tx, from, to)
}
