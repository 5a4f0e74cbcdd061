import type { Selectable } from 'kysely'
import { anyOf } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import type { Day } from '../values/day.ts'
import type { Cents } from '../values/money.ts'
import type { OwnedReceipt, ReceiptStatus } from './receipt.ts'
import type { ReceiptScope } from './scope/scope.ts'
import { isCovered } from './scope/scope.ts'

type OwnerRow = Selectable<Schema['receipt_owner']>

/** The columns that `toListed` wants. */
export const LISTED = [
  'r.party_id',
  'r.receipt_id',
  'r.access_key',
  'r.kind',
  'r.status',
  'r.number',
  'r.issued_on',
  'r.issuer_ruc',
  'r.issuer_name',
  'r.concept',
  'r.total_cents',
  'r.recipient_number',
] as const

/** Everything that one receipt's page and files say besides what the document itself does. */
export interface StoredReceipt extends OwnedReceipt {
  readonly authorizationNumber: string | null
  /** ISO, as the SRI said it. */
  readonly authorizedAt: string | null
  readonly loadedAt: string
  /** Of the file as it was received, hex; null when there is only the record. */
  readonly sha256: string | null
}

/** The receipt of that key, when the scope covers it; null for any other and for none alike. */
export async function findReceiptOf(
  db: Db,
  scope: ReceiptScope,
  accessKey: string,
): Promise<StoredReceipt | null> {
  const [receipt] = await receiptsByKey(db, scope, [accessKey])
  return receipt ?? null
}

/** Rows that a search goes through (`OwnedStatement`), reached from the key: the day is part of the owner's own key. */
function ownedByKey(db: Db, partyIds: readonly number[]) {
  const [only] = partyIds
  return db.selectFrom('receipt').innerJoin('receipt_owner as r', (join) =>
    join
      .onRef('r.receipt_id', '=', 'receipt.id')
      .onRef('r.issued_on', '=', 'receipt.issued_on')
      .on((eb) =>
        only !== undefined && partyIds.length === 1
          ? eb('r.party_id', '=', only)
          : eb('r.party_id', 'in', anyOf(db, partyIds)),
      ),
  )
}

/**
 * Those of the keys that the scope covers, newest first. A receipt that several of its parties own is
 * there once, as the first of them has it.
 */
export async function receiptsByKey(
  db: Db,
  scope: ReceiptScope,
  accessKeys: readonly string[],
): Promise<StoredReceipt[]> {
  const covered = await rowsByKey(db, scope, accessKeys)
  return covered.filter(({ id }, at) => id !== covered[at - 1]?.id)
}

/**
 * The rows of a list with what is stored of each, in its order, as far as the scope covers them: a
 * receipt that several own is as many rows, each its owner's.
 */
export async function receiptsListed(
  db: Db,
  scope: ReceiptScope,
  listed: readonly OwnedReceipt[],
): Promise<StoredReceipt[]> {
  const keys = listed.map(({ accessKey }) => accessKey)
  const nameOf = ({ id, partyId }: OwnedReceipt) => `${id} ${partyId}`
  const rows = await rowsByKey(db, scope, keys)
  const found = new Map(rows.map((row) => [nameOf(row), row]))
  return listed.flatMap((row) => found.get(nameOf(row)) ?? [])
}

/** What of the keys the scope covers, newest first: a row for each owner. */
async function rowsByKey(
  db: Db,
  scope: ReceiptScope,
  accessKeys: readonly string[],
): Promise<StoredReceipt[]> {
  if (accessKeys.length === 0 || scope.length === 0) return []
  const partyIds = [...new Set(scope.map(({ partyId }) => partyId))]
  const rows = await ownedByKey(db, partyIds)
    .leftJoin('receipt_document as d', 'd.receipt_id', 'receipt.id')
    .where('receipt.access_key', 'in', anyOf(db, accessKeys))
    .select(LISTED)
    .select([
      'receipt.authorization_number',
      'receipt.authorized_at',
      'receipt.loaded_at',
      'd.sha256',
    ])
    .orderBy('r.issued_on', 'desc')
    .orderBy('r.receipt_id', 'desc')
    .orderBy('r.party_id')
    .execute()
  return rows
    .map((row) => ({
      ...toListed(row),
      authorizationNumber: row.authorization_number,
      authorizedAt: row.authorized_at,
      loadedAt: row.loaded_at,
      sha256: row.sha256,
    }))
    .filter((receipt) => isCovered(scope, receipt))
}

/** What a list's rows are read as. */
export type ListedRow = Pick<
  OwnerRow,
  | 'party_id'
  | 'receipt_id'
  | 'access_key'
  | 'kind'
  | 'status'
  | 'number'
  | 'issued_on'
  | 'issuer_ruc'
  | 'issuer_name'
  | 'concept'
  | 'total_cents'
  | 'recipient_number'
>

export function toListed(row: ListedRow): OwnedReceipt {
  return {
    id: row.receipt_id,
    partyId: row.party_id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    status: row.status as ReceiptStatus,
    number: row.number,
    issuedOn: row.issued_on as Day,
    issuerRuc: row.issuer_ruc,
    issuerName: row.issuer_name,
    concept: row.concept,
    totalCents: row.total_cents as Cents | null,
    recipientNumber: row.recipient_number,
  }
}
