import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Issuer } from '../issuer/issuer.ts'

/** The invoice that credit notes change, as its row says it. */
export interface CreditedInvoice {
  readonly id: number
  readonly issuerRuc: string
  readonly number: string
  readonly issuedOn: string
}

/** A credit note of the same issuer to the same people, of the day of an invoice or later. */
export interface PossibleNote {
  readonly receiptId: number
  readonly accessKey: string
  readonly number: string
}

/**
 * The credit notes that may change some invoices, by what the index of the list knows of them: which
 * of them do, only the documents say. Neither those that were refused nor those annulled.
 */
export async function possibleNotes(
  db: Db,
  invoiceIds: readonly number[],
): Promise<PossibleNote[]> {
  if (invoiceIds.length === 0) return []
  const rows = await db
    .selectFrom('receipt as invoice')
    .innerJoin('party_identification as known', (join) =>
      // A number from abroad that looks like one of ours is kept with a mark: `partyNumbers`.
      join.on(
        sql<boolean>`known.number in (invoice.recipient_number,
          'PAS-' || invoice.recipient_number, 'EXT-' || invoice.recipient_number)`,
      ),
    )
    .innerJoin('receipt_owner as charged', (join) =>
      join
        .onRef('charged.party_id', '=', 'known.party_id')
        .onRef('charged.issued_on', '=', 'invoice.issued_on')
        .onRef('charged.receipt_id', '=', 'invoice.id'),
    )
    .innerJoin('receipt_owner as note', (join) =>
      join
        .onRef('note.party_id', '=', 'charged.party_id')
        .onRef('note.issued_on', '>=', 'invoice.issued_on')
        .onRef('note.issuer_ruc', '=', 'invoice.issuer_ruc'),
    )
    .select(['note.receipt_id', 'note.access_key', 'note.number', 'note.issued_on'])
    .where('invoice.id', 'in', anyOf(db, invoiceIds))
    .where('note.kind', '=', 'credit-note')
    .where('note.status', 'in', ['authorized', 'pending'])
    .execute()
  // Several may own it, and it may be possible of several invoices.
  const once = new Map(rows.map((row) => [row.receipt_id, row]))
  const inOrder = [...once.values()].sort(
    (one, other) =>
      one.issued_on.localeCompare(other.issued_on) || one.receipt_id - other.receipt_id,
  )
  return inOrder.map((row) => ({
    receiptId: row.receipt_id,
    accessKey: row.access_key,
    number: row.number,
  }))
}

/** A credit note that has its number. */
export interface NoteBegun {
  readonly accessKey: string
  readonly state: IssuanceState
  readonly draft: ReceiptDraft
  readonly number: string
  /** The receipt that it became; null while it is none. */
  readonly receiptId: number | null
}

/**
 * The credit notes of some invoices that have their number, wherever they stand; not those that
 * somebody closed, which give nothing back, or another note in their place does, nor those annulled.
 *
 * @param invoices their numbers
 */
export async function notesBegun(
  db: Db,
  { id, environment }: Pick<Issuer, 'id' | 'environment'>,
  invoices: readonly string[],
): Promise<NoteBegun[]> {
  if (invoices.length === 0) return []
  const rows = await db
    .selectFrom('issuance')
    .leftJoin('receipt', 'receipt.id', 'issuance.receipt_id')
    .select(['issuance.id', 'issuance.access_key', 'issuance.state', 'issuance.draft'])
    .select(['issuance.establishment', 'issuance.point', 'issuance.sequence'])
    .select('issuance.receipt_id')
    .where('issuance.issuer_id', '=', id)
    .where('issuance.credited_number', 'is not', null)
    .where('issuance.credited_number', 'in', anyOf(db, invoices))
    .where('issuance.environment', '=', environment)
    .where('issuance.closed_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('issuance.receipt_id', 'is', null),
        eb('receipt.status', 'in', ['authorized', 'pending']),
      ]),
    )
    .execute()
  const inOrder = rows.toSorted((one, other) => one.id - other.id)
  return inOrder.map((row) => ({
    accessKey: row.access_key,
    state: row.state,
    draft: JSON.parse(row.draft) as ReceiptDraft,
    number: formatDocumentNumber(row.establishment, row.point, String(row.sequence)),
    receiptId: row.receipt_id,
  }))
}

/** An invoice that was authorised, and whether it still is. */
interface KnownInvoice extends CreditedInvoice {
  readonly isAnnulled: boolean
}

/**
 * An issuer's invoices of some numbers, as they stand now; not what is not kept, or was never
 * authorised. In a transaction none of them is annulled until that ends.
 */
export async function invoicesNumbered(
  db: Db,
  { ruc, environment }: Pick<Issuer, 'ruc' | 'environment'>,
  numbers: readonly string[],
): Promise<KnownInvoice[]> {
  const rows = await db
    .selectFrom('receipt')
    .select(['id', 'issuer_ruc', 'number', 'issued_on', 'status'])
    .where('number', 'in', anyOf(db, numbers))
    .where('issuer_ruc', '=', ruc)
    .where('environment', '=', environment)
    .where('kind', '=', 'invoice')
    .where('status', 'in', ['authorized', 'annulled'])
    .$if(isPostgres(db) && db.isTransaction, (query) => query.forShare())
    .execute()
  return rows.map((row) => ({
    id: row.id,
    issuerRuc: row.issuer_ruc,
    number: row.number,
    issuedOn: row.issued_on,
    isAnnulled: row.status === 'annulled',
  }))
}
