import { anyOf } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import type { Day } from '../values/day.ts'
import type { Cents } from '../values/money.ts'
import type { ListedReceipt, ReceiptStatus } from './receipt.ts'

type OwnerRow = Schema['receipt_owner']

/** The columns that `toListed` wants. */
export const LISTED = [
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
] as const

/** Everything that one receipt's page and files say besides what the document itself does. */
export interface StoredReceipt extends ListedReceipt {
  readonly authorizationNumber: string | null
  /** ISO, as the SRI said it. */
  readonly authorizedAt: string | null
  readonly loadedAt: string
  /** Of the file as it was received, hex; null when there is only the record. */
  readonly sha256: string | null
}

/** The receipt of that key, when it is this party's; null for anybody else's and for none alike. */
export async function findReceiptOf(
  db: Db,
  partyId: number,
  accessKey: string,
): Promise<StoredReceipt | null> {
  const [receipt] = await receiptsByKey(db, partyId, [accessKey])
  return receipt ?? null
}

/** The rows that a search goes through (`OwnedStatement`), reached from the key: the day is part of the owner's own key. */
function ownedByKey(db: Db, partyId: number) {
  return db
    .selectFrom('receipt')
    .innerJoin('receipt_owner as r', (join) =>
      join
        .onRef('r.receipt_id', '=', 'receipt.id')
        .onRef('r.issued_on', '=', 'receipt.issued_on')
        .on('r.party_id', '=', partyId),
    )
}

/** Those of the keys that are this party's, newest first. */
export async function receiptsByKey(
  db: Db,
  partyId: number,
  accessKeys: readonly string[],
): Promise<StoredReceipt[]> {
  if (accessKeys.length === 0) return []
  const rows = await ownedByKey(db, partyId)
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
    .execute()
  return rows.map((row) => ({
    ...toListed(row),
    authorizationNumber: row.authorization_number,
    authorizedAt: row.authorized_at,
    loadedAt: row.loaded_at,
    sha256: row.sha256,
  }))
}

/** What a list's rows are read as. */
export type ListedRow = Pick<
  OwnerRow,
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
>

export function toListed(row: ListedRow): ListedReceipt {
  return {
    id: row.receipt_id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    status: row.status as ReceiptStatus,
    number: row.number,
    issuedOn: row.issued_on as Day,
    issuerRuc: row.issuer_ruc,
    issuerName: row.issuer_name,
    concept: row.concept,
    totalCents: row.total_cents as Cents | null,
  }
}
