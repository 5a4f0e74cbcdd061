import crypto from 'node:crypto'
import type { Tx } from '../../../db/transaction.ts'
import type { ReceiptScope } from '../../../receipts/scope/scope.ts'
import type { MergedPlace } from '../../../ride/merged/merged-sheets.ts'
import type { JobEnd } from '../../../work/job-worker.ts'
import { packageProblems } from '../messages.ts'
import type { Package } from '../package.ts'
import { packageById } from '../package-store.ts'
import { covers } from '../scope.ts'
import { scopeOfOwner } from '../scope-store.ts'
import type { ContentPlace } from './contents.ts'
import type { PartPlace } from './part-writer.ts'

/** What the next step of a package has to know of those before. */
export interface Progress extends PartPlace {
  /** Of which scope: after a merge of two parties another one stands in its place. */
  readonly scope: string
  readonly part: number
  /** Receipts in this part, and in all. */
  readonly rows: number
  readonly seen: number
  readonly after: ContentPlace | null
  /** Of the one PDF of the part; absent without one. */
  readonly merged?: MergedPlace
}

const BEGINNING = { part: 1, zipBytes: 0, rowBytes: 0, rows: 0, seen: 0, after: null }

export function beginningOf({ scope }: Pick<Package, 'scope'>): Progress {
  return { ...BEGINNING, scope: markOf(scope) }
}

export function isBeginning({ part, zipBytes, rowBytes }: Progress): boolean {
  return part === 1 && zipBytes + rowBytes === 0
}

export function nextPart({ part, seen, after, scope }: Progress): Progress {
  return { ...BEGINNING, part: part + 1, seen, after, scope }
}

/** Whether it is of that scope: a place in another means nothing. */
export function isOf(progress: Progress, scope: ReceiptScope): boolean {
  return progress.scope === markOf(scope)
}

function markOf(scope: ReceiptScope): string {
  return crypto.hash('sha256', JSON.stringify(scope)).slice(0, 16)
}

/** Why a part does not go on; `moved`: what is in it became another's, and it has to begin anew. */
export type Halt = JobEnd | 'moved'

/** Whoever is let in no longer is told so, and no file with what they may not see remains. */
export async function haltNow(
  tx: Tx,
  one: Package,
  progress: Progress,
  now: Date,
): Promise<Halt | null> {
  const { scope } = await packageById(tx, one.id)
  if (!isOf(progress, scope)) return 'moved'
  const { scope: open } = await scopeOfOwner(tx, one, now)
  if (!covers(open, scope)) return { as: 'failed', problem: packageProblems.permission }
  return null
}

/** Parts are of one size; what came meanwhile goes into the last. */
export function partSize({ receipts, parts }: Package): number {
  return Math.max(1, Math.ceil(receipts / parts))
}
