import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { DocumentNumber } from '../../values/document-number.ts'
import type { Cents } from '../../values/money.ts'
import type { Complaint } from './complaint.ts'

/** What a listing of the SRI says of a receipt beside its key; null where it says nothing usable. */
export interface Stated {
  readonly issuerName: string | null
  /** Canonical: whose receipt the listing says it is. */
  readonly recipient: string | null
  readonly issuedOn: Day | null
  readonly total: Cents | null
}

/** By what a receipt is asked for. */
export type AskedBy =
  /** 49 digits; the check digit of some real ones fails, and the remark says so. */
  | { readonly by: 'key'; readonly key: string }
  | {
      readonly by: 'number'
      readonly number: DocumentNumber
      readonly issuerRuc: string | null
      readonly kind: DocumentKind | null
    }

/** One thing asked for, and where it stood. */
export type Asked = AskedBy & {
  /** As the file counts its lines, from 1, empty ones too. */
  readonly row: number
  readonly stated: Stated | null
  /** Taken all the same, but somebody should look at it. */
  readonly remark: Complaint | null
}

/** A line that asks for nothing that can be looked for. */
export interface BadLine {
  readonly row: number
  /** As it stood, short enough to be shown. */
  readonly value: string
  readonly complaint: Complaint
}

export type ListingItem =
  | { readonly ok: true; readonly asked: Asked }
  | { readonly ok: false; readonly bad: BadLine }

const SHOWN_MAX = 60
const UNSEEN = /[\s\p{Cc}\p{Cf}]+/gu

/** A piece of somebody's file, on one line, short. */
export function shownValue(text: string): string {
  const plain = text.replaceAll(UNSEEN, ' ').trim()
  return plain.length > SHOWN_MAX ? `${plain.slice(0, SHOWN_MAX - 1)}…` : plain
}
