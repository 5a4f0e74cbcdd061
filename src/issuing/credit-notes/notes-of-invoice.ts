import type { Db } from '../../db/open.ts'
import { checkedDocumentsOf } from '../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../receipts/documents/stored-document.ts'
import type { DocumentOf } from '../../sri/documents/document.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { type Cents, parseAmount } from '../../values/money.ts'
import { STATE_WORDS } from '../states/state-words.ts'
import type { CreditedInvoice } from './credit-note-store.ts'
import { notesUnderWay, possibleNotes } from './credit-note-store.ts'

/** A credit note of an invoice that stands, or is on its way to the SRI. */
export interface NoteOfInvoice {
  readonly document: DocumentOf<'credit-note'>
  readonly accessKey: string
  readonly number: string
  readonly totalCents: Cents | null
  /** Where it stands while it is no receipt yet. */
  readonly underWay: string | null
}

const INVOICE_CODE = '01'

/** All credit notes of an invoice, whoever made them and however they came. */
export async function notesOfInvoice(
  db: Db,
  invoice: CreditedInvoice,
  issuerId: number | null,
): Promise<NoteOfInvoice[]> {
  // Those under way first: on PostgreSQL one that becomes a receipt between the two questions is then in
  // both answers, and never in neither.
  const begun = issuerId === null ? [] : await notesUnderWay(db, issuerId, invoice.number)
  const possible = await possibleNotes(db, invoice)
  const files = await checkedDocumentsOf(
    db,
    possible.map(({ id }) => id),
  )
  const kept = possible.flatMap(({ id, accessKey, number }): NoteOfInvoice[] => {
    const file = files.get(id)
    const read = file instanceof DamagedDocument || !file ? null : readReceipt(file)
    if (!read?.ok || !changes(read.receipt.document, invoice.number)) return []
    return [noteOf(read.receipt.document, { accessKey, number, underWay: null })]
  })
  const through = new Set(kept.map(({ accessKey }) => accessKey))
  const underWay = begun.flatMap(({ draft, accessKey, number, state }): NoteOfInvoice[] => {
    if (through.has(accessKey) || !changes(draft.document, invoice.number)) return []
    return [noteOf(draft.document, { accessKey, number, underWay: STATE_WORDS[state].name })]
  })
  return [...kept, ...underWay]
}

function changes(
  document: { readonly kind: string },
  invoiceNumber: string,
): document is DocumentOf<'credit-note'> {
  if (document.kind !== 'credit-note') return false
  const info = (document as DocumentOf<'credit-note'>).content.infoNotaCredito
  return info?.codDocModificado === INVOICE_CODE && info.numDocModificado === invoiceNumber
}

function noteOf(
  document: DocumentOf<'credit-note'>,
  how: Pick<NoteOfInvoice, 'accessKey' | 'number' | 'underWay'>,
): NoteOfInvoice {
  const total = document.content.infoNotaCredito?.valorModificacion ?? ''
  return { document, totalCents: parseAmount(total), ...how }
}
