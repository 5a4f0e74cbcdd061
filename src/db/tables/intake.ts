import type { Generated } from 'kysely'

export interface IntakeTables {
  lot: LotTable
  lot_file: LotFileTable
  lot_item: LotItemTable
  lot_draft: LotDraftTable
  lot_verdict: LotVerdictTable
  issue_reference: IssueReferenceTable
}

/**
 * From being read until published, stopped on the way or withdrawn again; `discarded` when nobody
 * wanted to publish it.
 */
export type LotStatus =
  | 'reading'
  | 'ready'
  | 'publishing'
  | 'stopped'
  | 'published'
  | 'withdrawing'
  | 'withdrawn'
  | 'discarded'

/** Files that somebody loaded together; its number is its month and its place in it. */
interface LotTable {
  id: Generated<number>
  /** `2026-11`. */
  month: string
  sequence: number
  kind: 'documents' | 'rows'
  /** What its rows become; null of a lot of documents. */
  document_kind: string | null
  status: LotStatus
  /** Where its files are, under the folder of lots; null when they were named by a command, or are gone. */
  folder: string | null
  /** Null is the command line. */
  loaded_by: number | null
  loaded_at: string
  files: number
  /** Bytes of all its files. */
  size: number
  /** JSON: what reading it showed. */
  summary: string | null
  published_by: number | null
  published_at: string | null
  /** When it was withdrawn or discarded. */
  ended_at: string | null
}

interface LotFileTable {
  lot_id: number
  n: number
  /** As its owner called it. */
  name: string
  size: number
  sha256: string
  /** What it is called in the lot's folder: no name that somebody gave ever becomes a path. */
  stored: string
}

/**
 * What a dry run foresees of a document (`new`; `awaited`: the SRI's answer to a pending receipt),
 * what became of it once published (`to-issue`: rows that wait for their document; `issuing`: it has
 * its number and is on its way through the SRI), or why it is no
 * receipt of this lot: it was there before, it comes twice, it has the key of another document, it is
 * refused.
 */
export type ItemOutcome =
  | 'new'
  | 'awaited'
  | 'to-issue'
  | 'issuing'
  | 'loaded'
  | 'authorized'
  | 'withdrawn'
  | 'duplicated'
  | 'repeated'
  | 'clashing'
  | 'refused'

/** How far the news of a receipt reaches: see `reachOf` in intake/lots. */
export type ItemReach =
  | 'mail'
  | 'daily'
  | 'off'
  | 'dead'
  | 'unregistered'
  | 'no-address'
  | 'unauthorized'
  | 'nobody'

/** How far a receipt of a lot has come: see `stageOf` in intake/lots. */
export type Stage =
  | 'loaded'
  | 'authorized'
  | 'mailed'
  | 'bounced'
  | 'delivered'
  | 'opened'
  | 'downloaded'

/** One document of a lot, in the order of its files. What the receipt itself tells is not repeated. */
interface LotItemTable {
  lot_id: number
  n: number
  outcome: ItemOutcome
  /** The receipt that this lot brought. */
  receipt_id: number | null
  name: string | null
  access_key: string | null
  recipient: string | null
  total_cents: number | null
  reach: ItemReach | null
  /** Null until somebody looks, and when it has no receipt. */
  stage: Stage | null
  code: string | null
  message: string | null
}

/** What a signature was found to be worth when a lot was read; gone once the lot is done with. */
interface LotVerdictTable {
  lot_id: number
  n: number
  /** Of the file that was looked at: of other bytes it says nothing. */
  sha256: string
  /** JSON of a `SignatureVerdict`. */
  verdict: string
}

/** The rows of one receipt that is to be issued, as received, and what was made of them. */
interface LotDraftTable {
  lot_id: number
  n: number
  /** The bank's own name of it, once among the lots of a kind. */
  reference: string
  /** JSON: of each its row and its cells. */
  rows: string
  /** JSON of a `ReceiptDraft`; null while something is wrong with it. */
  draft: string | null
  /** Of the invoice that a good credit note gives back. */
  credited_number: string | null
  /** JSON of `Fault`s. */
  faults: string
}

/** What is to be issued, or was: the bank's own name of a receipt is used once for each kind. */
interface IssueReferenceTable {
  document_kind: string
  reference: string
  lot_id: number
  n: number
}
