import { transaction } from '../db/transaction.ts'
import type { Policy } from '../policy/policy.ts'
import type { Keys } from '../values/keys.ts'
import { keepGroup } from './keep-group.ts'
import type { LoadedItem, LoadTotals } from './load-report.ts'
import { noTotals } from './load-report.ts'
import { noteItems } from './lots/lot-item-store.ts'
import { addLot, endPublishing } from './lots/lot-store.ts'
import { recount } from './lots/recount.ts'
import type { PrepareNeeds } from './prepare-groups.ts'
import { prepareGroups } from './prepare-groups.ts'
import { walkPaths } from './sources/walk-paths.ts'

/** What a load needs of the world. */
interface LoadNeeds extends PrepareNeeds {
  policy: Pick<Policy, 'firstLogin' | 'intake'>
  keys: Pick<Keys, 'audit'>
  /**
   * Told of each file, in order, once what became of it is certain; when it answers with a promise
   * the load waits for it before it goes on.
   */
  onItem?: (item: LoadedItem) => unknown
  /** Told how many files are through, after each group. */
  onProgress?: (totals: LoadTotals) => void
}

/**
 * Loads every receipt under the given paths, files, folders and ZIPs, as a lot that is published at
 * once: whoever has the command line asks nobody. Threads read and judge, this one writes, a
 * thousand receipts a transaction. Killed at any line and started again, as another lot, it completes
 * the rest: what was committed is a duplicate the second time.
 */
export async function loadFiles(paths: readonly string[], needs: LoadNeeds): Promise<LoadTotals> {
  const started = performance.now()
  const totals = noTotals()
  const lotId = await transaction(needs.db, (tx) => addLot(tx, fromCommandLine, needs.now()))
  let through = 0
  for await (const group of prepareGroups(walkPaths(paths), needs, { purpose: 'keep' })) {
    const places = group.map((_, at) => through + at + 1)
    const kept = await keepGroup(group, { ...needs, actor: 'command-line' }, (tx, files) =>
      noteItems(tx, lotId, places, files),
    )
    through += group.length
    for (const { item } of kept) {
      totals[item.outcome] += 1
      totals.warnings += item.warnings.length
      if (item.badSignature !== null) totals.badSignatures += 1
      const told = needs.onItem?.(item)
      if (told instanceof Promise) await told
    }
    totals.seconds = secondsSince(started)
    needs.onProgress?.({ ...totals })
  }
  await transaction(needs.db, async (tx) => {
    await recount(tx, lotId)
    await endPublishing(tx, lotId, needs.now())
  })
  totals.seconds = secondsSince(started)
  return totals
}

const fromCommandLine = {
  kind: 'documents',
  documentKind: null,
  status: 'stopped',
  folder: null,
  loadedBy: null,
  files: [],
} as const

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000
}
