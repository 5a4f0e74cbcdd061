import type { Tx } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import { findWindowEnd } from '../first-login/enrolment-store.ts'
import { openWindows } from './window-store.ts'

/**
 * Opens the first-login window of one party, or opens it anew, because somebody of the bank says so.
 *
 * @returns until when; null when this party has a login already
 */
export async function openWindow(
  tx: Tx,
  partyId: number,
  { firstLogin }: Pick<Policy, 'firstLogin'>,
  now: Date,
): Promise<string | null> {
  await openWindows(tx, [partyId], { firstLogin: { ...firstLogin, receiptOpensWindow: true } }, now)
  return findWindowEnd(tx, partyId, now)
}
