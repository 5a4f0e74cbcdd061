import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { MOVING, STOPPED } from '../states/state-groups.ts'

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
        .selectFrom('receipt')
        .innerJoin('party_identification', (join) =>
          // A number from abroad that looks like one of ours is kept with a mark: `partyNumbers`.
          join.on(
            sql<boolean>`party_identification.number in (receipt.recipient_number,
              'PAS-' || receipt.recipient_number, 'EXT-' || receipt.recipient_number)`,
          ),
        )
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

const UNDER_WAY = [...MOVING, ...STOPPED].map((state) => sql.lit(state))

/** A credit note on its way through the SRI. */
export interface NoteUnderWay {
  readonly accessKey: string
  readonly state: IssuanceState
  readonly draft: ReceiptDraft
  readonly number: string
}

/**
 * The credit notes of an invoice that have their number and are no receipts yet, wherever they stand;
 * not those that somebody closed: they give nothing back, or another note in their place does.
 */
export async function notesUnderWay(
  db: Db,
  issuerId: number,
  invoiceNumber: string,
): Promise<NoteUnderWay[]> {
  const rows = await db
    .selectFrom('issuance')
    .select(['id', 'access_key', 'state', 'draft', 'establishment', 'point', 'sequence'])
    // As the index of what is not through has it: a search in it, and not a walk through all documents.
    .where(sql<boolean>`state in (${sql.join(UNDER_WAY)}) and state <> 'authorized'
      and closed_at is null`)
    .where('kind', '=', 'credit-note')
    .where('issuer_id', '=', issuerId)
    .where('draft', 'like', `%"numDocModificado":"${invoiceNumber}"%`)
    .execute()
  const inOrder = rows.toSorted((one, other) => one.id - other.id)
  return inOrder.map((row) => ({
    accessKey: row.access_key,
    state: row.state,
    draft: JSON.parse(row.draft) as ReceiptDraft,
    number: `${row.establishment}-${row.point}-${String(row.sequence).padStart(9, '0')}`,
  }))
}

/** An issuer's invoice of a number, as it stands now; null when it is not kept, or is not authorised. */
export async function authorizedInvoice(
  db: Db,
  { ruc, environment }: Pick<Issuer, 'ruc' | 'environment'>,
  number: string,
): Promise<CreditedInvoice | null> {
  const row = await db
    .selectFrom('receipt')
    .select(['id', 'issuer_ruc', 'number', 'issued_on'])
    .where('number', '=', number)
    .where('issuer_ruc', '=', ruc)
    .where('environment', '=', environment)
    .where('kind', '=', 'invoice')
    .where('status', '=', 'authorized')
    .executeTakeFirst()
  if (!row) return null
  return { id: row.id, issuerRuc: row.issuer_ruc, number: row.number, issuedOn: row.issued_on }
}
