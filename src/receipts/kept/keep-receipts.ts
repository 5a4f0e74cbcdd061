import type { Tx } from '../../db/transaction.ts'
import { addFigures } from '../../figures/figure-store.ts'
import { findOrAddParties } from '../../identity/parties/party-store.ts'
import { openWindows } from '../../identity/parties/window-store.ts'
import type { Policy } from '../../policy/policy.ts'
import { alertCustomers } from '../alerts/alert-customers.ts'
import { noteEventsOf } from '../feed/event-store.ts'
import { type AuthorizedReceipt, answeredAlready, authorizeReceipts } from './authorize-receipts.ts'
import { addConflicts } from './conflict-store.ts'
import { changeDays } from './day-store.ts'
import type { AddedReceipt } from './kept-store.ts'
import { addReceipts, hashesByKey } from './kept-store.ts'
import type { ReadyReceipt } from './ready-receipt.ts'
import { loadedFigure, standingFigure } from './receipt-figures.ts'

/**
 * What became of one file: it is in now, as a new receipt or as the authorisation of a pending one;
 * was in already; or clashes with what is in.
 */
type KeptOutcome = 'loaded' | 'authorized' | 'duplicated' | 'same-key-other-bytes'

/** What became of one file, and the receipt that it is now, unless it is no new one. */
export interface Kept {
  outcome: KeptOutcome
  receiptId: number | null
}

/**
 * Keeps receipts, in bulk and once: the same file again is a duplicate; another file with the key of
 * a kept one is put aside for staff and refused, unless it is the authorisation that a pending one
 * was waiting for, which takes its place, or a copy from before that answer, which brings nothing. Documents, owners, first-login windows and announcements
 * are written in the transaction of the receipts, so a receipt is either wholly there or not at all.
 * Doubles within the list, and two loads at once, are told apart the same way.
 *
 * @returns one outcome for each receipt, in order
 */
export async function keepReceipts(
  tx: Tx,
  ready: readonly ReadyReceipt[],
  needs: { policy: Pick<Policy, 'firstLogin'> },
  now: Date,
): Promise<Kept[]> {
  const hashes = await hashesByKey(tx, ready)
  const fresh = ready.filter((receipt) => {
    if (hashes.has(receipt.accessKey)) return false
    hashes.set(receipt.accessKey, receipt.document.sha256)
    return true
  })
  const added = await keepFresh(tx, fresh, needs, now)
  const kept = new Map(added.map((one) => [one.receipt, one.receiptId]))
  const lost = fresh.filter((receipt) => !kept.has(receipt))
  for (const [key, hash] of await hashesByKey(tx, lost)) hashes.set(key, hash)
  const late = ready.filter((receipt) => {
    const other = hashes.get(receipt.accessKey) !== receipt.document.sha256
    return other && receipt.status === 'authorized'
  })
  const answered = await authorizeLate(tx, late, hashes, now)
  const authorized = new Map(answered.map((one) => [one.receipt, one.receiptId]))
  const early = await answeredAlready(tx, ready)
  const outcomes = ready.map((receipt): Kept => {
    const newId = kept.get(receipt)
    if (newId !== undefined) return { outcome: 'loaded', receiptId: newId }
    const receiptId = authorized.get(receipt)
    if (receiptId !== undefined) {
      // What comes after it in the list is compared with it, as if it came in another load.
      hashes.set(receipt.accessKey, receipt.document.sha256)
      return { outcome: 'authorized', receiptId }
    }
    const same = hashes.get(receipt.accessKey) === receipt.document.sha256 || early.has(receipt)
    return { outcome: same ? 'duplicated' : 'same-key-other-bytes', receiptId: null }
  })
  const clashing = ready.filter((_, at) => outcomes[at]?.outcome === 'same-key-other-bytes')
  await addConflicts(tx, clashing, now)
  await countInDays(tx, added, answered)
  await noteEventsOf(tx, [...added.map(as('kept')), ...answered.map(as('authorized'))], now)
  await countInBank(tx, added, answered, now)
  return outcomes
}

/** Writes what nobody has kept yet; another load may still come first, whose receipts are left out. */
async function keepFresh(
  tx: Tx,
  fresh: readonly ReadyReceipt[],
  needs: { policy: Pick<Policy, 'firstLogin'> },
  now: Date,
): Promise<AddedReceipt[]> {
  if (fresh.length === 0) return []
  // Always in the order of their keys, so that two loads at once never wait for each other.
  const ordered = [...fresh].sort((a, b) => (a.accessKey < b.accessKey ? -1 : 1))
  const partyIds = await findOrAddParties(
    tx,
    ordered.flatMap((one) => one.owners),
    now,
  )
  let next = 0
  const owned = ordered.map((receipt) => {
    const own = partyIds.slice(next, next + receipt.owners.length)
    next += receipt.owners.length
    return { receipt, ...ownersOf(receipt, own) }
  })
  const added = await addReceipts(tx, owned, now)
  const people = new Set(added.flatMap((one) => one.partyIds))
  await openWindows(tx, [...people], needs.policy, now)
  await alertCustomers(tx, added.map(announced), now)
  return added
}

/** Each once, by the first of its numbers that is printed: a guía may name somebody by two. */
function ownersOf({ owners }: ReadyReceipt, ids: readonly number[]) {
  const printed = owners.map((owner) => owner.printed)
  if (ids.length < 2) return { partyIds: ids, printed }
  const partyIds = [...new Set(ids)]
  return { partyIds, printed: partyIds.map((id) => printed[ids.indexOf(id)] ?? '') }
}

/** Authorises what was pending; of what another load authorised first, the hash is read again. */
async function authorizeLate(
  tx: Tx,
  late: readonly ReadyReceipt[],
  hashes: Map<string, string>,
  now: Date,
): Promise<AuthorizedReceipt[]> {
  if (late.length === 0) return []
  const authorized = await authorizeReceipts(tx, late)
  await alertCustomers(tx, authorized.map(announced), now)
  const ours = new Set(authorized.map(({ receipt }) => receipt.accessKey))
  const others = late.filter(({ accessKey }) => !ours.has(accessKey))
  for (const [key, hash] of await hashesByKey(tx, others)) hashes.set(key, hash)
  return authorized
}

/** New receipts come to the days of their owners; authorised ones go from one state to the other. */
async function countInDays(
  tx: Tx,
  added: readonly AddedReceipt[],
  authorized: readonly AuthorizedReceipt[],
): Promise<void> {
  await changeDays(tx, [
    ...added.map(({ receipt, partyIds }) => {
      return { receipt, status: receipt.status, partyIds, receipts: 1 as const }
    }),
    ...authorized.flatMap(({ was, partyIds }) => [
      { receipt: was, status: 'pending' as const, partyIds, receipts: -1 as const },
      { receipt: was, status: 'authorized' as const, partyIds, receipts: 1 as const },
    ]),
  ])
}

/** The same for the bank as a whole, with those that are nobody's; last, see `addFigures`. */
async function countInBank(
  tx: Tx,
  added: readonly AddedReceipt[],
  authorized: readonly AuthorizedReceipt[],
  now: Date,
): Promise<void> {
  await addFigures(tx, [
    loadedFigure(now, added.length),
    ...added.map(({ receipt }) => standingFigure(receipt, 1)),
    ...authorized.flatMap(({ was }) => [
      standingFigure({ ...was, status: 'pending' }, -1),
      standingFigure({ ...was, status: 'authorized' }, 1),
    ]),
  ])
}

function as(what: 'kept' | 'authorized') {
  return ({ receiptId, partyIds }: AddedReceipt) => ({ what, receiptId, partyIds })
}

function announced({ receipt, receiptId, partyIds }: AddedReceipt) {
  const { accessKey, kind, status, number, totalCents } = receipt
  return { receiptId, accessKey, kind, status, number, totalCents, partyIds }
}
