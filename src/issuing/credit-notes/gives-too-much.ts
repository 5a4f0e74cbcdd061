import { lockFor } from '../../db/lock.ts'
import type { Tx } from '../../db/transaction.ts'
import { findDocument } from '../../receipts/documents/document-store.ts'
import type { DocumentOf } from '../../sri/documents/document.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import type { Issuance } from '../issuance/issuance.ts'
import { issuerById } from '../issuer/issuer-store.ts'
import { authorizedInvoice } from './credit-note-store.ts'
import { creditableOf } from './creditable.ts'
import { notesOfInvoice } from './notes-of-invoice.ts'

/**
 * Whether a correction makes a credit note give back more than is left of its invoice. What gives
 * back no more than before, of the same invoice, is as good as it was.
 */
export async function givesTooMuch(
  tx: Tx,
  { accessKey, draft: before, issuerId }: Issuance,
  draft: ReceiptDraft,
): Promise<boolean> {
  const number = invoiceNumberOf(draft)
  if (number === null) return false
  const raised = (draft.totalCents ?? 0) > (before.totalCents ?? 0)
  if (!raised && number === invoiceNumberOf(before)) return false
  // As when a note begins: nobody else gives anything back meanwhile.
  await lockFor(tx, 'numbering')
  const issuer = await issuerById(tx, issuerId)
  const receipt = await authorizedInvoice(tx, issuer, number)
  const file = receipt && (await findDocument(tx, receipt.id))
  const read = file && readReceipt(file)
  if (!receipt || !read?.ok) return false
  const others = (await notesOfInvoice(tx, receipt, issuerId)).filter(
    (note) => note.accessKey !== accessKey,
  )
  const left = creditableOf(
    read.receipt.document as DocumentOf<'invoice'>,
    others.map(({ document }) => document),
  )
  if (!left.ok) return left.refusal === 'nothing-left'
  return (draft.totalCents ?? 0) > left.leftCents
}

function invoiceNumberOf({ document }: ReceiptDraft): string | null {
  if (document.kind !== 'credit-note') return null
  const { content } = document as DocumentOf<'credit-note'>
  const { codDocModificado, numDocModificado } = content.infoNotaCredito ?? {}
  return codDocModificado === '01' ? (numDocModificado ?? null) : null
}
