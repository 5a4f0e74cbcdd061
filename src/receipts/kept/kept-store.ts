import { anyOf, insertNumberedRows, insertRows } from '../../db/bulk-insert.ts'
import { isPostgres } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { VERDICT_COLUMNS, verdictColumns } from '../signatures/signature-verdict.ts'
import { addTaxes } from '../taxes/tax-store.ts'
import type { ReadyReceipt } from './ready-receipt.ts'

/** The hash of the stored file for each access key that is kept already. */
export async function hashesByKey(
  tx: Tx,
  receipts: readonly Pick<ReadyReceipt, 'accessKey'>[],
): Promise<Map<string, string>> {
  if (receipts.length === 0) return new Map()
  const keys = receipts.map((receipt) => receipt.accessKey)
  const rows = await tx
    .selectFrom('receipt')
    .innerJoin('receipt_document', 'receipt_document.receipt_id', 'receipt.id')
    .select(['receipt.access_key', 'receipt_document.sha256'])
    .where('receipt.access_key', 'in', anyOf(tx, keys))
    .execute()
  return new Map(rows.map((row) => [row.access_key, row.sha256]))
}

/** What is stored of a receipt whose answer from the SRI had not come. */
export interface PendingReceipt {
  receiptId: number
  accessKey: string
  issuedOn: string
  kind: string
  totalCents: number | null
}

/**
 * Those of the keys whose stored receipt is pending. On PostgreSQL their rows are locked, always in
 * one order: of two loads that bring the same answer, the second finds it already there.
 */
export async function pendingReceipts(
  tx: Tx,
  accessKeys: readonly string[],
): Promise<PendingReceipt[]> {
  const rows = await tx
    .selectFrom('receipt')
    .select(['id', 'access_key', 'issued_on', 'kind', 'total_cents'])
    .where('access_key', 'in', anyOf(tx, accessKeys))
    .where('status', '=', 'pending')
    .orderBy('id')
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
  return rows.map((row) => ({
    receiptId: row.id,
    accessKey: row.access_key,
    issuedOn: row.issued_on,
    kind: row.kind,
    totalCents: row.total_cents,
  }))
}

/**
 * Puts the authorised file, and what it says of the authorisation, in the place of the former one.
 *
 * @param partyIds among whom its owners are
 * @returns its owners
 */
export async function replacePending(
  tx: Tx,
  { receiptId, issuedOn }: PendingReceipt,
  receipt: ReadyReceipt,
  partyIds: readonly number[],
): Promise<number[]> {
  const { status, authorizationNumber, authorizedAt, warnings, fileName, document } = receipt
  await tx
    .updateTable('receipt')
    .set({
      status,
      authorization_number: authorizationNumber,
      authorized_at: authorizedAt,
      warnings: JSON.stringify(warnings),
      file_name: fileName,
      ...verdictColumns(receipt.signature),
    })
    .where('id', '=', receiptId)
    .execute()
  const { sha256, size, dictionaryId, bytes } = document
  await tx
    .updateTable('receipt_document')
    .set({ sha256, size, dictionary_id: dictionaryId, bytes })
    .where('receipt_id', '=', receiptId)
    .execute()
  if (partyIds.length === 0) return []
  const owners = await tx
    .updateTable('receipt_owner')
    .set({ status })
    .where('party_id', 'in', anyOf(tx, partyIds))
    .where('issued_on', '=', issuedOn)
    .where('receipt_id', '=', receiptId)
    .returning('party_id')
    .execute()
  return owners.map((owner) => owner.party_id)
}

/** A receipt and the parties that own it, none of them twice. */
interface OwnedReceipt {
  receipt: ReadyReceipt
  partyIds: readonly number[]
  /** By which number it names each of them. */
  printed: readonly string[]
}

export interface AddedReceipt extends Omit<OwnedReceipt, 'printed'> {
  receiptId: number
}

/**
 * Adds receipts with their documents and owners and answers those that were added: one whose key
 * another transaction took in the meantime is passed over.
 */
export async function addReceipts(
  tx: Tx,
  owned: readonly OwnedReceipt[],
  now: Date,
): Promise<AddedReceipt[]> {
  const loadedAt = now.toISOString()
  const ids = await insertNumberedRows(tx, {
    table: 'receipt',
    columns: RECEIPT_COLUMNS,
    rows: owned.map(({ receipt }) => receiptRow(receipt, loadedAt)),
    skipWhenTaken: 'access_key',
  })
  const added = owned.flatMap((one, at) => {
    const receiptId = ids[at]
    return receiptId ? [{ ...one, receiptId }] : []
  })
  await insertRows(tx, {
    table: 'receipt_document',
    columns: ['receipt_id', 'sha256', 'size', 'dictionary_id', 'bytes'],
    rows: added.map(({ receipt: { document }, receiptId }) => {
      return [receiptId, document.sha256, document.size, document.dictionaryId, document.bytes]
    }),
  })
  await addTaxes(
    tx,
    added.map(({ receiptId, receipt: { taxes } }) => ({ receiptId, taxes })),
  )
  await insertRows(tx, {
    table: 'receipt_owner',
    columns: OWNER_COLUMNS,
    rows: added.flatMap((one) => one.partyIds.map((_, at) => ownerRow(one, at))),
  })
  return added
}

const RECEIPT_COLUMNS = [
  'access_key',
  'kind',
  'version',
  'environment',
  'status',
  'number',
  'issuer_ruc',
  'issuer_name',
  'issued_on',
  'authorization_number',
  'authorized_at',
  'recipient_name',
  'recipient_number',
  'total_cents',
  'concept',
  'warnings',
  'file_name',
  'loaded_at',
  'tax_lines',
  ...VERDICT_COLUMNS,
] as const

function receiptRow(receipt: ReadyReceipt, loadedAt: string) {
  return [
    receipt.accessKey,
    receipt.kind,
    receipt.version,
    receipt.environment,
    receipt.status,
    receipt.number,
    receipt.issuerRuc,
    receipt.issuerName,
    receipt.issuedOn,
    receipt.authorizationNumber,
    receipt.authorizedAt,
    receipt.recipientName,
    receipt.recipientNumber,
    receipt.totalCents,
    receipt.concept,
    receipt.warnings.length === 0 ? '[]' : JSON.stringify(receipt.warnings),
    receipt.fileName,
    loadedAt,
    receipt.taxes.length,
    ...Object.values(verdictColumns(receipt.signature)),
  ]
}

export const OWNER_COLUMNS = [
  'party_id',
  'issued_on',
  'receipt_id',
  'kind',
  'status',
  'total_cents',
  'access_key',
  'number',
  'issuer_ruc',
  'issuer_name',
  'concept',
  'search_text',
  'recipient_number',
] as const

function ownerRow(owned: OwnedReceipt & { receiptId: number }, at: number) {
  const { receipt, receiptId, partyIds, printed } = owned
  return [
    partyIds[at] ?? 0,
    receipt.issuedOn,
    receiptId,
    receipt.kind,
    receipt.status,
    receipt.totalCents,
    receipt.accessKey,
    receipt.number,
    receipt.issuerRuc,
    receipt.issuerName,
    receipt.concept,
    receipt.searchText,
    printed[at] ?? '',
  ]
}
