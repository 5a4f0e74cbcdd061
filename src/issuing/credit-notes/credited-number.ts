import type { DocumentOf } from '../../sri/documents/document.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'

const INVOICE_CODE = '01'

/** The number of the invoice that a document gives back; null when it gives back none. */
export function creditedNumber({ document }: Pick<ReceiptDraft, 'document'>): string | null {
  if (document.kind !== 'credit-note') return null
  const { content } = document as DocumentOf<'credit-note'>
  const { codDocModificado, numDocModificado } = content.infoNotaCredito ?? {}
  return codDocModificado === INVOICE_CODE ? (numDocModificado ?? null) : null
}
