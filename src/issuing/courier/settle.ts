import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { addFigures } from '../../figures/figure-store.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Kept } from '../../receipts/kept/keep-receipts.ts'
import { keepReceipts } from '../../receipts/kept/keep-receipts.ts'
import { noteKept } from '../../receipts/kept/note-kept.ts'
import type { ReadyReceipt } from '../../receipts/kept/ready-receipt.ts'
import type { Keys } from '../../values/keys.ts'
import { heldBack } from '../credit-notes/stop-notes.ts'
import type { LotPlace } from '../issuance/issuance.ts'
import { type Settlement, settleIssuances, stillHeld } from '../issuance/settle-store.ts'
import { dropSigned } from '../making/document-store.ts'
import { answerFigures } from '../states/answers.ts'
import { noteContact } from './contact-store.ts'
import { beginOutage, endOutage } from './outage-store.ts'
import type { ServiceHeard } from './service-watch.ts'

/** A document of a lot that came to its end, and the receipt that it is. */
export interface IssuedPlace extends LotPlace {
  readonly receiptId: number
}

export interface SettleNeeds {
  readonly db: Db
  readonly policy: Pick<Policy, 'firstLogin'>
  readonly keys: Pick<Keys, 'audit'>
  readonly now: () => Date
  /** Told of the documents of lots that became receipts, in the transaction that made them so. */
  readonly follow: (tx: Tx, issued: readonly IssuedPlace[]) => Promise<void>
}

/** One answer, or that there was none, with all that follows from it. */
export interface Carried {
  readonly settlement: Settlement
  /** Of an authorised one: the receipt to keep. */
  readonly ready: ReadyReceipt | null
  readonly service: ServiceHeard
}

/**
 * As `settleCarried`; when that fails each is written by itself, so that one that cannot be written
 * holds up no other. Throws what kept one from being written.
 */
export async function settleApart(
  needs: SettleNeeds,
  owner: string,
  carried: readonly Carried[],
): Promise<void> {
  try {
    await settleCarried(needs, owner, carried)
  } catch (error) {
    if (carried.length === 1) throw error
    const ends = await Promise.allSettled(carried.map((one) => settleCarried(needs, owner, [one])))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) throw failed.reason
  }
}

/**
 * Writes down what was heard of documents, in one transaction with everything that follows: the state,
 * its place in the story, the receipt with its owner and the announcement, the place in the lot, the
 * figures of the day, the outage that begins or ends. What another owner holds by now is left alone.
 */
async function settleCarried(
  needs: SettleNeeds,
  owner: string,
  carried: readonly Carried[],
): Promise<void> {
  const now = needs.now()
  await transaction(needs.db, async (tx) => {
    // Before anything else: who annuls an invoice begins with it as well.
    const judged: Carried[] = []
    for (const one of carried) {
      judged.push({ ...one, settlement: await heldBack(tx, one.settlement) })
    }
    const ids = judged.map(({ settlement }) => settlement.row.id)
    const held = await stillHeld(tx, owner, ids)
    const ours = judged.filter(({ settlement }) => held.has(settlement.row.id))
    await noteService(tx, carried, now)
    const { kept, receipts } = await publish(tx, needs, ours, now)
    const settlements = ours.map(({ settlement, ready }): Settlement => {
      const receiptId = ready === null ? undefined : receipts.get(ready.accessKey)
      return receiptId === undefined ? settlement : { ...settlement, receiptId }
    })
    const events = await settleIssuances(tx, settlements, now)
    const issued = settlements.filter(({ receiptId }) => receiptId !== undefined)
    await dropSigned(
      tx,
      issued.map(({ row }) => row.id),
    )
    await needs.follow(tx, issued.flatMap(placeOf))
    await addFigures(tx, answerFigures(events, now))
    await noteKept(tx, kept, { keys: needs.keys, actor: 'system' }, now)
  })
}

async function publish(
  tx: Tx,
  { policy }: SettleNeeds,
  carried: readonly Carried[],
  now: Date,
): Promise<{ kept: Kept[]; receipts: Map<string, number> }> {
  const ready = carried.flatMap((one) => one.ready ?? [])
  if (ready.length === 0) return { kept: [], receipts: new Map() }
  const kept = await keepReceipts(tx, ready, { policy }, now)
  // Somebody may have loaded its file before the answer came to us.
  const rows = await tx
    .selectFrom('receipt')
    .select(['id', 'access_key'])
    .where(
      'access_key',
      'in',
      anyOf(
        tx,
        ready.map(({ accessKey }) => accessKey),
      ),
    )
    .execute()
  return { kept, receipts: new Map(rows.map((row) => [row.access_key, row.id])) }
}

function placeOf({ row, receiptId }: Settlement): IssuedPlace[] {
  const { lot_id: lotId, lot_n: n } = row
  return lotId === null || n === null || receiptId === undefined ? [] : [{ lotId, n, receiptId }]
}

async function noteService(tx: Tx, carried: readonly Carried[], now: Date): Promise<void> {
  for (const service of SERVICES) {
    const heard = carried.filter((one) => one.service.of === service)
    const answered = heard.find((one) => one.service.heard === 'answered')
    if (answered) {
      await endOutage(tx, service, answered.settlement.row.access_key, now)
      await noteContact(tx, now)
      continue
    }
    const down = heard.find((one) => typeof one.service.heard === 'object')?.service.heard
    if (typeof down === 'object') await beginOutage(tx, { service, ...down }, now)
  }
}

const SERVICES = ['reception', 'authorization'] as const
