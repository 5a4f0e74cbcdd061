import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { Verdict } from './verdict.ts'

/** How somebody asks: for clients and days, by a pasted list, by a file. */
export type QueryMode = 'period' | 'list' | 'file'

/** Days and kinds of a query by period. */
export interface AskedPeriod {
  readonly from: Day
  readonly to: Day
  /** None means all. */
  readonly kinds: readonly DocumentKind[]
}

export interface BatchQuery {
  readonly id: number
  readonly loginId: number
  readonly firmId: number
  readonly mode: QueryMode
  readonly title: string
  readonly period: AskedPeriod | null
  readonly lines: number
  readonly createdAt: Date
  readonly answeredAt: Date | null
  readonly missingCut: boolean
}

/** One thing asked, as it waits for its answer. */
export interface QueryLine {
  readonly n: number
  readonly row: number | null
  readonly value: string
  readonly accessKey: string | null
  readonly number: string | null
  readonly issuerRuc: string | null
  readonly kind: DocumentKind | null
  readonly recipient: string | null
  readonly statedCents: number | null
  readonly remark: string
}

/** What is written into a line. */
export interface LineAnswer {
  readonly verdict: Verdict
  readonly receiptKey?: string
  readonly partyId?: number
  readonly issuedOn?: Day
  readonly kind?: DocumentKind | null
  readonly receipts?: number
  readonly cents?: number
}

export type AnsweredLine = QueryLine & LineAnswer

/** Lines are numbered in steps, so that a number with several receipts has room behind it. */
export const LINE_STEP = 10
