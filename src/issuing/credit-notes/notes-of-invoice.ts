import type { Db } from '../../db/open.ts'
import { checkedDocumentsOf } from '../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../receipts/documents/stored-document.ts'
import type { DocumentOf } from '../../sri/documents/document.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { type Cents, parseAmount } from '../../values/money.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { STATE_WORDS } from '../states/state-words.ts'
import type { CreditedInvoice } from './credit-note-store.ts'
import { notesBegun, possibleNotes } from './credit-note-store.ts'
import { creditedNumber } from './credited-number.ts'

/** A credit note of an invoice that stands, or is on its way to the SRI. */
export interface NoteOfInvoice {
  readonly document: DocumentOf<'credit-note'>
  readonly accessKey: string
  readonly number: string
  readonly totalCents: Cents | null
  /** Where it stands while it is no receipt yet. */
  readonly underWay: string | null
}

type Place = Pick<Issuer, 'id' | 'environment'>

/** All credit notes of an invoice, whoever made them and however they came. */
export async function notesOfInvoice(
  db: Db,
  invoice: CreditedInvoice,
  issuer: Place | null,
): Promise<NoteOfInvoice[]> {
  return (await notesOfInvoices(db, [invoice], issuer)).get(invoice.id) ?? []
}

/** The same of several invoices of one issuer, by the ids of the invoices. */
export async function notesOfInvoices(
  db: Db,
  invoices: readonly CreditedInvoice[],
  issuer: Place | null,
): Promise<Map<number, NoteOfInvoice[]>> {
  // Those under way first: on PostgreSQL one that becomes a receipt between the two questions is then in
  // both answers, and never in neither.
  const numbers = invoices.map(({ number }) => number)
  const begun = issuer === null ? [] : await notesBegun(db, issuer, numbers)
  const possible = await possibleNotes(
    db,
    invoices.map(({ id }) => id),
  )
  const ids = [...possible, ...begun].flatMap(({ receiptId }) => receiptId ?? [])
  const files = await checkedDocumentsOf(db, [...new Set(ids)])
  const keptIn = (id: number | null): DocumentOf<'credit-note'> | null => {
    const file = id === null ? undefined : files.get(id)
    const read = !file || file instanceof DamagedDocument ? null : readReceipt(file)
    if (!read?.ok || read.receipt.document.kind !== 'credit-note') return null
    return read.receipt.document as DocumentOf<'credit-note'>
  }
  const kept = possible.flatMap(({ receiptId, accessKey, number }) => {
    const document = keptIn(receiptId)
    return document === null ? [] : [noteOf(document, { accessKey, number, underWay: null })]
  })
  const known = new Set(possible.map(({ receiptId }) => receiptId))
  const ours = begun
    .filter(({ receiptId }) => receiptId === null || !known.has(receiptId))
    .map(({ receiptId, accessKey, number, draft, state }) => {
      const document = keptIn(receiptId) ?? (draft.document as DocumentOf<'credit-note'>)
      const underWay = receiptId === null ? STATE_WORDS[state].name : null
      return noteOf(document, { accessKey, number, underWay })
    })
  const through = new Set(kept.map(({ accessKey }) => accessKey))
  const all = [...kept, ...ours.filter(({ accessKey }) => !through.has(accessKey))]
  const byInvoice = Map.groupBy(all, ({ document }) => creditedNumber({ document }))
  return new Map(invoices.map(({ id, number }) => [id, byInvoice.get(number) ?? []]))
}

function noteOf(
  document: DocumentOf<'credit-note'>,
  how: Pick<NoteOfInvoice, 'accessKey' | 'number' | 'underWay'>,
): NoteOfInvoice {
  const total = document.content.infoNotaCredito?.valorModificacion ?? ''
  return { document, totalCents: parseAmount(total), ...how }
}
