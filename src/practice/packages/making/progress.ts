import type { MergedPlace } from '../../../ride/merged/merged-sheets.ts'
import type { Package } from '../package.ts'
import type { ContentPlace } from './contents.ts'
import type { PartPlace } from './part-writer.ts'

/** What the next step of a package has to know of those before. */
export interface Progress extends PartPlace {
  readonly part: number
  /** Receipts in this part, and in all. */
  readonly rows: number
  readonly seen: number
  readonly after: ContentPlace | null
  /** Of the one PDF of the part; absent without one. */
  readonly merged?: MergedPlace
}

export const beginning: Progress = {
  part: 1,
  zipBytes: 0,
  rowBytes: 0,
  rows: 0,
  seen: 0,
  after: null,
}

export function nextPart({ part, seen, after }: Progress): Progress {
  return { part: part + 1, zipBytes: 0, rowBytes: 0, rows: 0, seen, after }
}

/** Parts are of one size; what came meanwhile goes into the last. */
export function partSize({ receipts, parts }: Package): number {
  return Math.max(1, Math.ceil(receipts / parts))
}
