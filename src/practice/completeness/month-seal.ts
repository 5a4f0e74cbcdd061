import crypto from 'node:crypto'
import { annulmentTerms, consentUntil } from '../../issuing/annulments/annulment-rules.ts'
import { type ReceiptStatus, statusFacts } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { addDays, firstOfMonth } from '../../values/day.ts'

/** How many receipts of a kind and state, and what they add up to, as printed. */
export interface SealSum {
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
  readonly receipts: number
  readonly cents: number
}

/** What a taxpayer had in a month that could no longer change. */
export interface MonthSeal {
  readonly partyId: number
  /** `2026-10` */
  readonly month: string
  /** 1 is the first; what came later made the next. */
  readonly edition: number
  readonly receipts: number
  readonly sums: readonly SealSum[]
  /** SHA-256 over the lines of `sealLine`, hex. */
  readonly root: string
  /** Keys of what came after the edition before, the first of them. */
  readonly added: readonly string[]
  readonly sealedAt: Date
}

/** What a sealed receipt is known by. */
export interface Sealed {
  readonly accessKey: string
  /** Of its file, hex; empty when the bank has only the record. */
  readonly sha256: string
  readonly status: ReceiptStatus
}

/**
 * The last day on which a receipt of the month may still be annulled: the 7th of the next one, moved
 * to a working day, and then the days that the other side has to agree. A retención of the ISD has no
 * last day at all: should one be annulled later, the month gets another edition.
 */
export function lastChangeIn(month: string): Day {
  const issuedOn = `${month}-01` as Day
  const everyday = { kind: 'withholding', issuedOn, toNobody: false, withholdsIsd: false } as const
  const asked = annulmentTerms(everyday)?.lastDay ?? addDays(firstOfMonth(issuedOn, 2), -1)
  return consentUntil(asked)
}

/** The newest month that can no longer change on that day. */
export function lastSealable(today: Day): string {
  let away = -1
  while (today <= lastChangeIn(firstOfMonth(today, away).slice(0, 7))) away -= 1
  return firstOfMonth(today, away).slice(0, 7)
}

/** One line of what a root is taken of; anybody can write them and call `sha256sum`. */
function sealLine({ accessKey, sha256, status }: Sealed): string {
  return `${accessKey} ${sha256} ${statusFacts(status).slug}\n`
}

/** The one number that any other set of receipts, files or states would change. */
export function rootOf(receipts: readonly Sealed[]): string {
  const hash = crypto.createHash('sha256')
  const ordered = receipts.toSorted((a, b) => (a.accessKey < b.accessKey ? -1 : 1))
  for (const one of ordered) hash.update(sealLine(one))
  return hash.digest('hex')
}
