import type { AuditEntry } from '../audit/audit-store.ts'
import { record } from '../audit/audit-store.ts'
import type { Db } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import type { Policy } from '../policy/policy.ts'
import type { KeptOutcome } from '../receipts/kept/keep-receipts.ts'
import { keepReceipts } from '../receipts/kept/keep-receipts.ts'
import type { ReadyReceipt } from '../receipts/kept/ready-receipt.ts'
import type { Keys } from '../values/keys.ts'
import type { LoadedItem } from './command/load-report.ts'
import { refusedFor } from './messages.ts'
import type { PreparedFile } from './preparation/prepare-file.ts'

interface KeepNeeds {
  db: Db
  policy: Pick<Policy, 'firstLogin'>
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

/** What the audit chain calls receipts that came in; `detail.loaded` says how many are new. */
export const RECEIPTS_LOADED = 'receipts.loaded'

/** Keeps the receipts of a group in one transaction and says, in order, what became of each file. */
export async function keepFiles(
  files: readonly PreparedFile[],
  needs: KeepNeeds,
): Promise<LoadedItem[]> {
  const ready = files.flatMap((file) => (file.ready ? [file.ready] : []))
  const outcomes = await keep(ready, needs)
  let next = 0
  return files.map((file) => {
    if (!file.ready) return rejected(file.name, file.accessKey, file.refusal)
    const outcome = outcomes[next]
    next += 1
    return itemOf(file.ready, outcome ?? 'not-stored')
  })
}

/**
 * A row that the database will not take must not harm the others: the group is halved until it is
 * found. A database that takes nothing at all (full disk, lost server) is not a file's fault.
 */
async function keep(
  ready: readonly ReadyReceipt[],
  needs: KeepNeeds,
): Promise<(KeptOutcome | 'not-stored')[]> {
  if (ready.length === 0) return []
  try {
    return await transaction(needs.db, async (tx) => {
      const kept = await keepReceipts(tx, ready, needs, needs.now())
      await note(tx, kept, needs)
      return kept
    })
  } catch (error) {
    if (!isAboutOneRow(error)) throw error
    if (ready.length === 1) return ['not-stored']
    const half = Math.ceil(ready.length / 2)
    const before = await keep(ready.slice(0, half), needs)
    return [...before, ...(await keep(ready.slice(half), needs))]
  }
}

/** Last in the transaction, because from then on whoever else notes something waits for its end. */
async function note(tx: Tx, kept: readonly KeptOutcome[], needs: KeepNeeds): Promise<void> {
  // Nothing new is no fact: a load of what is in already must not swell the chain.
  if (kept.every((outcome) => outcome === 'duplicated')) return
  const count = (outcome: KeptOutcome) => kept.filter((one) => one === outcome).length
  const entry: AuditEntry = {
    actor: 'command-line',
    action: RECEIPTS_LOADED,
    subject: 'receipts',
    detail: {
      loaded: count('loaded'),
      authorized: count('authorized'),
      duplicated: count('duplicated'),
      clashing: count('same-key-other-bytes'),
    },
  }
  await record(tx, needs.keys.audit, entry, needs.now())
}

/** SQLite names constraints and types; PostgreSQL's classes 22 and 23 are data and integrity. */
function isAboutOneRow(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return false
  return /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(code) || /^2[23][0-9A-Z]{3}$/.test(code)
}

function itemOf(receipt: ReadyReceipt, outcome: KeptOutcome | 'not-stored'): LoadedItem {
  const { fileName: name, accessKey: claveAcceso, warnings } = receipt
  if (outcome === 'loaded' || outcome === 'authorized') {
    return { name, outcome: 'loaded', claveAcceso, code: null, message: null, warnings }
  }
  if (outcome === 'duplicated') {
    return { name, outcome, claveAcceso, code: null, message: null, warnings: [] }
  }
  return rejected(name, claveAcceso, refusedFor(outcome))
}

function rejected(
  name: string,
  claveAcceso: string | null,
  refusal: { code: string; message: string },
): LoadedItem {
  return { name, outcome: 'rejected', claveAcceso, ...refusal, warnings: [] }
}
