import { anyOf } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'

const HOUR_MS = 3_600_000

/** A window that closes within this of where a new one would is as good as new. */
const CLOSE_ENOUGH_MS = HOUR_MS

/**
 * Opens the first-login window of every party that has no login yet, or opens it again, when the
 * bank's policy says that a receipt does so. Parties that have signed in before are left alone.
 */
export async function openWindows(
  tx: Tx,
  partyIds: readonly number[],
  policy: Pick<Policy, 'firstLogin'>,
  now: Date,
): Promise<void> {
  if (!policy.firstLogin.receiptOpensWindow || partyIds.length === 0) return
  const closesAt = now.getTime() + policy.firstLogin.windowHours * HOUR_MS
  const openedAt = now.toISOString()
  const due = await partiesWithoutWindow(tx, partyIds, new Date(closesAt - CLOSE_ENOUGH_MS))
  if (due.length === 0) return
  const opened = { opened_at: openedAt, closes_at: new Date(closesAt).toISOString(), used_at: null }
  await tx
    .insertInto('first_login_window')
    .columns(['party_id', 'opened_at', 'closes_at'])
    .expression((eb) =>
      eb
        .selectFrom('party')
        .select([
          'id',
          eb.val(opened.opened_at).as('opened_at'),
          eb.val(opened.closes_at).as('closes_at'),
        ])
        .where('id', 'in', anyOf(tx, due))
        // In one order, so that two loads that open the same windows never wait for each other.
        .orderBy('id'),
    )
    .onConflict((conflict) => conflict.column('party_id').doUpdateSet(opened))
    .execute()
}

/** Those nobody has ever signed in for, whose window is missing, used up, or closes too soon. */
async function partiesWithoutWindow(
  tx: Tx,
  partyIds: readonly number[],
  closingBefore: Date,
): Promise<number[]> {
  const rows = await tx
    .selectFrom('party')
    .leftJoin('login', 'login.party_id', 'party.id')
    .leftJoin('first_login_window as current', 'current.party_id', 'party.id')
    .select('party.id')
    .where('party.id', 'in', anyOf(tx, [...new Set(partyIds)]))
    .where('login.id', 'is', null)
    .where((eb) =>
      eb.or([
        eb('current.party_id', 'is', null),
        eb('current.used_at', 'is not', null),
        eb('current.closes_at', '<', closingBefore.toISOString()),
      ]),
    )
    .execute()
  return rows.map((row) => row.id)
}
