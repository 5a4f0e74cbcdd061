import type { Generated } from 'kysely'

export interface BatchQueriesTables {
  batch_query: BatchQueryTable
  batch_line: BatchLineTable
}

/** What an accountant asked for by the list. */
interface BatchQueryTable {
  id: Generated<number>
  login_id: number
  firm_id: number
  mode: 'period' | 'list' | 'file'
  title: string
  /** JSON: days and kinds of a period. */
  asked: string
  /** How many lines were asked, bad ones too. */
  lines: number
  created_at: string
  /** Null while it is being answered. */
  answered_at: string | null
  /** 1 when more is missing in the list than is written down. */
  missing_cut: number
}

/** One line of a query and its answer. Of a receipt only its key: what it says is read when shown. */
interface BatchLineTable {
  query_id: number
  /** By which lines are in order; a number that several receipts have takes the places behind it. */
  n: number
  /** As the file counts; null for what the list lacks. */
  line_row: number | null
  value: string
  access_key: string | null
  number: string | null
  issuer_ruc: string | null
  kind: string | null
  recipient: string | null
  stated_cents: number | null
  /** What is wrong or odd, and its cure. */
  remark: string
  verdict: string | null
  receipt_key: string | null
  party_id: number | null
  issued_on: string | null
  /** Of a client asked by period. */
  receipts: number | null
  cents: number | null
}
