import type { ItemOutcome } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { ReadyReceipt } from '../../../receipts/kept/ready-receipt.ts'
import { refusedFor } from '../../messages.ts'
import type { PreparedFile } from '../../preparation/prepare-file.ts'
import type { LotItem } from '../lot-item-store.ts'
import { keysInLot } from '../lot-item-store.ts'
import type { LotSummary } from '../lot-summary.ts'
import { addKind, addTaxes, countOne } from '../lot-summary.ts'
import type { KeptUnderKey } from './foresee-store.ts'
import { keptUnderKeys, reachOf } from './foresee-store.ts'

/** Receipts to look at before anybody decides: a few of each kind. */
const SAMPLES_A_KIND = 2

/**
 * What publishing a group of a lot would do, document by document, added up in `summary`. Reads what
 * is kept and what the lot has met before; writes nothing.
 *
 * @param before how many documents of the lot come before the group
 */
export async function foresee(
  tx: Tx,
  lotId: number,
  before: number,
  group: readonly PreparedFile[],
  summary: LotSummary,
): Promise<LotItem[]> {
  const ready = group.flatMap((file) => (file.ready ? [file.ready] : []))
  const keys = ready.map(({ accessKey }) => accessKey)
  const kept = keys.length === 0 ? new Map() : await keptUnderKeys(tx, keys)
  const met = keys.length === 0 ? new Set<string>() : await keysInLot(tx, lotId, keys)
  const reach = await reachOf(tx, ready)
  let next = 0
  return group.map((file, at) => {
    const n = before + at + 1
    if (!file.ready) {
      countOne(summary.outcomes, 'refused')
      return refusedItem(n, file.name, file.accessKey, file.refusal)
    }
    const item = foreseen(n, file.ready, outcomeOf(file.ready, kept, met))
    met.add(file.ready.accessKey)
    const reached = reach[next] ?? 'no-address'
    next += 1
    countOne(summary.outcomes, item.outcome)
    if (item.outcome !== 'new' && item.outcome !== 'awaited') return item
    addUp(summary, n, file)
    countOne(summary.reach, reached)
    return { ...item, reach: reached }
  })
}

function outcomeOf(
  { accessKey, document, status }: ReadyReceipt,
  kept: ReadonlyMap<string, KeptUnderKey>,
  met: ReadonlySet<string>,
): ItemOutcome {
  if (met.has(accessKey)) return 'repeated'
  const there = kept.get(accessKey)
  if (!there) return 'new'
  if (there.sha256 === document.sha256) return 'duplicated'
  return there.pending && status === 'authorized' ? 'awaited' : 'clashing'
}

function foreseen(n: number, receipt: ReadyReceipt, outcome: ItemOutcome): LotItem {
  const { fileName: name, accessKey, recipientName, totalCents } = receipt
  const why =
    outcome === 'clashing'
      ? refusedFor('same-key-other-bytes')
      : outcome === 'repeated'
        ? refusedFor('repeated')
        : { code: null, message: null }
  return {
    n,
    outcome,
    receiptId: null,
    name,
    accessKey,
    recipient: recipientName,
    totalCents,
    reach: null,
    ...why,
  }
}

function refusedItem(
  n: number,
  name: string,
  accessKey: string | null,
  refusal: { code: string; message: string },
): LotItem {
  const nothing = { receiptId: null, recipient: null, totalCents: null, reach: null }
  return { n, outcome: 'refused', name, accessKey, ...nothing, ...refusal }
}

function addUp(
  summary: LotSummary,
  n: number,
  { ready, taxes }: PreparedFile & { ready: ReadyReceipt },
): void {
  const { kind, totalCents, warnings } = ready
  const { count } = addKind(summary, kind, totalCents ?? 0)
  addTaxes(summary, kind, taxes)
  if (warnings.length > 0) summary.warnings += 1
  if (count <= SAMPLES_A_KIND) summary.samples.push({ n, kind })
}
