import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'

/** The invoice that credit notes change, as its row says it. */
export interface CreditedInvoice {
  readonly id: number
  readonly issuerRuc: string
  readonly number: string
  readonly issuedOn: string
}

/** A credit note of the same issuer to the same people, of the day of an invoice or later. */
export interface PossibleNote {
  readonly id: number
  readonly accessKey: string
  readonly number: string
  readonly issuedOn: string
}

/**
 * The credit notes that may change an invoice, by what the index of the list knows of them: which of
 * them do, only the documents say. Neither those that were refused nor those annulled.
 */
export async function possibleNotes(db: Db, invoice: CreditedInvoice): Promise<PossibleNote[]> {
  const owners = db
    .selectFrom('receipt_owner')
    .select('party_id')
    .where('receipt_id', '=', invoice.id)
    .where('issued_on', '=', invoice.issuedOn)
    .where('party_id', 'in', (eb) =>
      eb
        .selectFrom('party_identification')
        .innerJoin('receipt', 'receipt.recipient_number', 'party_identification.number')
        .select('party_identification.party_id')
        .where('receipt.id', '=', invoice.id),
    )
  const rows = await db
    .selectFrom('receipt_owner')
    .select(['receipt_id', 'access_key', 'number', 'issued_on'])
    .where('party_id', 'in', owners)
    .where('issued_on', '>=', invoice.issuedOn)
    .where('kind', '=', 'credit-note')
    .where('status', 'in', ['authorized', 'pending'])
    .where('issuer_ruc', '=', invoice.issuerRuc)
    .orderBy('issued_on')
    .orderBy('receipt_id')
    .execute()
  return rows.map((row) => ({
    id: row.receipt_id,
    accessKey: row.access_key,
    number: row.number,
    issuedOn: row.issued_on,
  }))
}

/** A credit note on its way through the SRI. */
export interface NoteUnderWay {
  readonly accessKey: string
  readonly state: IssuanceState
  readonly draft: ReceiptDraft
  readonly number: string
}

/** The credit notes of an invoice that have their number and are no receipts yet, wherever they stand. */
export async function notesUnderWay(
  db: Db,
  issuerId: number,
  invoiceNumber: string,
): Promise<NoteUnderWay[]> {
  const rows = await db
    .selectFrom('issuance')
    .select(['access_key', 'state', 'draft', 'establishment', 'point', 'sequence'])
    // As the indexes of what is due and of what stands still have it: those that are through are left out.
    .where(sql<boolean>`(next_step is not null or (next_step is null and state <> 'authorized'))`)
    .where('kind', '=', 'credit-note')
    .where('issuer_id', '=', issuerId)
    .where('draft', 'like', `%"numDocModificado":"${invoiceNumber}"%`)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    accessKey: row.access_key,
    state: row.state,
    draft: JSON.parse(row.draft) as ReceiptDraft,
    number: `${row.establishment}-${row.point}-${String(row.sequence).padStart(9, '0')}`,
  }))
}
