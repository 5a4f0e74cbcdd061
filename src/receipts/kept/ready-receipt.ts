import { partyNumbers } from '../../identity/parties/party-number.ts'
import type { NamedPerson } from '../../identity/parties/party-store.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { ReadReceipt } from '../../sri/read-receipt.ts'
import { type TaxSum, taxSumsOf } from '../../sri/tax-sums.ts'
import { FINAL_CONSUMER } from '../../values/tax-id.ts'
import type { Packer, StoredDocument } from '../documents/stored-document.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { searchText } from '../search-text.ts'
import type { SignatureVerdict } from '../signatures/signature-verdict.ts'

/** A recipient, and the one of their numbers that the receipt prints. */
export interface Owner extends NamedPerson {
  printed: string
}

/** A receipt read, judged and packed: nothing is left but to write it down. Plain data. */
export interface ReadyReceipt {
  fileName: string
  accessKey: string
  kind: DocumentKind
  version: string
  environment: 'test' | 'production'
  status: ReceiptStatus
  number: string
  issuerRuc: string
  issuerName: string
  /** `2026-11-16`. */
  issuedOn: string
  authorizationNumber: string | null
  /** UTC. */
  authorizedAt: string | null
  recipientName: string
  recipientNumber: string
  totalCents: number | null
  concept: string
  warnings: ReadReceipt['warnings']
  /** Whose it is: nobody's for consumidor final, several people's for a guía. */
  owners: readonly Owner[]
  searchText: string
  /** What it charges or withholds, by tax and rate. */
  taxes: readonly TaxSum[]
  document: StoredDocument
  /** What its signature is worth; null leaves that to be found out later. */
  signature: SignatureVerdict | null
}

/**
 * Makes a receipt that was read ready to be kept. Only recipients own it: the issuer is the bank,
 * and a carrier is named but owns nothing.
 *
 * @param file the bytes as received
 */
export function readyReceipt(
  receipt: ReadReceipt,
  file: Uint8Array,
  fileName: string,
  pack: Packer,
): ReadyReceipt {
  const { summary, accessKey, authorizationNumber, authorizedAt, status, warnings } = receipt
  const recipients = summary.recipients.filter((one) => one.role === 'recipient')
  const [first] = recipients
  const shown = { number: summary.number, concept: summary.concept }
  const issuer = { issuerRuc: summary.issuer.ruc, issuerName: summary.issuer.name }
  return {
    fileName,
    accessKey,
    kind: summary.kind,
    version: summary.version,
    environment: summary.environment,
    status: status === 'authorized' ? 'authorized' : status === 'rejected' ? 'rejected' : 'pending',
    ...shown,
    ...issuer,
    issuedOn: summary.issuedOn,
    authorizationNumber,
    authorizedAt: authorizedAt === null ? null : inUtc(authorizedAt),
    recipientName: first?.name ?? 'CONSUMIDOR FINAL',
    recipientNumber: first ? (first.id ?? '') : FINAL_CONSUMER,
    totalCents: summary.totalCents,
    warnings,
    owners: recipients.flatMap(({ id, idKind, name }) => {
      const numbers = id === null ? [] : partyNumbers(idKind, id)
      const printed = numbers.find(({ number }) => number === id) ?? numbers[0]
      return printed ? [{ name, numbers, printed: printed.number }] : []
    }),
    searchText: searchText({ ...shown, ...issuer }),
    taxes: taxSumsOf(summary),
    document: pack(file),
    signature: null,
  }
}

const HOURS_BEHIND = 5
const SAME_DAY = /^\d{4}-\d{2}-\d{2}T(\d{2}):\d{2}:\d{2}-05:00$/

/** The moment of authorisation in UTC; most fall on the same day, and then no calendar is needed. */
function inUtc(authorizedAt: string): string {
  const hour = Number(SAME_DAY.exec(authorizedAt)?.[1] ?? 24) + HOURS_BEHIND
  if (hour > 23) return new Date(authorizedAt).toISOString()
  return `${authorizedAt.slice(0, 11)}${hour < 10 ? '0' : ''}${hour}${authorizedAt.slice(13, 19)}.000Z`
}
