import type { ItemOutcome, ItemReach } from '../../../db/tables/intake.ts'
import type { Tx } from '../../../db/transaction.ts'
import { answeredAlready } from '../../../receipts/kept/authorize-receipts.ts'
import type { ReadyReceipt } from '../../../receipts/kept/ready-receipt.ts'
import type { DocumentKind } from '../../../sri/kinds.ts'
import { refusedFor } from '../../messages.ts'
import type { PreparedFile } from '../../preparation/prepare-file.ts'
import type { LotItem } from '../lot-item-store.ts'
import type { LotSummary } from '../lot-summary.ts'
import { addBadSignature, addKind, addTaxes, countOne, countOneLess } from '../lot-summary.ts'
import type { KeptUnderKey } from './foresee-store.ts'
import { chosenInLot, keptUnderKeys, reachOf } from './foresee-store.ts'

/** The mark of a receipt foreseen that the SRI has not authorised. */
const PENDING = 'pending'

/**
 * What publishing a group of a lot would do, document by document, added up in `summary`. Reads what
 * is kept and what the lot has met before; writes nothing. Of several files of one receipt the
 * authorised one is published, in whatever order they come.
 *
 * @param before how many documents of the lot come before the group
 * @returns the items of the group, and those before it of which something else became
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
  const chosen = keys.length === 0 ? new Map() : await chosenInLot(tx, lotId, keys)
  const early = await answeredAlready(tx, ready)
  const reach = await reachOf(tx, ready)
  const reachByReceipt = new Map(ready.map((receipt, at) => [receipt, reach[at] ?? 'no-address']))
  const items = new Map<number, LotItem>()
  for (const [at, file] of group.entries()) {
    const n = before + at + 1
    if (!file.ready) {
      countOne(summary.outcomes, 'refused')
      items.set(n, refusedItem(n, file.name, file.accessKey, file.refusal))
      continue
    }
    const { accessKey } = file.ready
    const other: LotItem | undefined = chosen.get(accessKey)
    const outcome = early.has(file.ready)
      ? 'duplicated'
      : outcomeOf(file.ready, kept.get(accessKey), other)
    const item = foreseen(n, file.ready, outcome, reachByReceipt.get(file.ready) ?? 'no-address')
    items.set(n, item)
    countOne(summary.outcomes, outcome)
    if (item.reach === null) continue
    chosen.set(accessKey, item)
    countOne(summary.reach, item.reach)
    if (other) items.set(other.n, displace(summary, other, item, file.ready.kind))
    else addUp(summary, n, { ...file, ready: file.ready })
  }
  return [...items.values()]
}

/** @param chosen what the lot would publish under this key, as far as it is read */
function outcomeOf(
  { document, status }: ReadyReceipt,
  kept: KeptUnderKey | undefined,
  chosen: LotItem | undefined,
): ItemOutcome {
  const authorized = status === 'authorized'
  if (kept?.sha256 === document.sha256) return 'duplicated'
  if (kept && !(kept.pending && authorized)) return 'clashing'
  if (chosen && !(chosen.code === PENDING && authorized)) return 'repeated'
  return kept ? 'awaited' : 'new'
}

function foreseen(
  n: number,
  receipt: ReadyReceipt,
  outcome: ItemOutcome,
  reached: ItemReach,
): LotItem {
  const { fileName: name, accessKey, recipientName: recipient, totalCents, status } = receipt
  const told = { n, outcome, receiptId: null, name, accessKey, recipient, totalCents }
  const nothing = { code: null, message: null }
  switch (outcome) {
    case 'new':
    case 'awaited':
      return {
        ...told,
        ...nothing,
        reach: status === 'authorized' || reached === 'nobody' ? reached : 'unauthorized',
        code: status === 'pending' ? PENDING : null,
      }
    case 'clashing':
      return { ...told, reach: null, ...refusedFor('same-key-other-bytes') }
    case 'repeated':
      return { ...told, reach: null, ...refusedFor('repeated') }
    default:
      return { ...told, ...nothing, reach: null }
  }
}

/** An authorised file takes the place of the pending one that holds the same document. */
function displace(
  summary: LotSummary,
  pending: LotItem,
  { n, name, totalCents }: LotItem,
  kind: DocumentKind,
): LotItem {
  const { outcomes, reach, kinds, samples, badSignatures } = summary
  outcomes[pending.outcome] = (outcomes[pending.outcome] ?? 1) - 1
  countOne(outcomes, 'repeated')
  if (pending.reach !== null) countOneLess(reach, pending.reach)
  const sum = kinds[kind]
  if (sum) sum.cents += (totalCents ?? 0) - (pending.totalCents ?? 0)
  for (const sample of samples) if (sample.n === pending.n) sample.n = n
  // The same document has the same signature.
  if (badSignatures) {
    badSignatures.first = badSignatures.first.map((bad) =>
      bad.n === pending.n ? { ...bad, n, name: name ?? bad.name } : bad,
    )
  }
  return { ...pending, outcome: 'repeated', reach: null, ...refusedFor('repeated') }
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
  { ready }: PreparedFile & { ready: ReadyReceipt },
): void {
  const { kind, totalCents, warnings, signature, fileName: name } = ready
  addKind(summary, n, kind, totalCents ?? 0)
  addTaxes(summary, kind, ready.taxes)
  if (warnings.length > 0) summary.warnings += 1
  const fault = signature?.fault ?? null
  if (fault !== null) addBadSignature(summary, { n, name, fault })
}
