import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { printedRecipient } from '../../sri/recipients.ts'
import { FINAL_CONSUMER } from '../../values/tax-id.ts'
import type { Numbered } from '../issuer/issuer.ts'

/** A document that has its number and its key, wherever it stands on its way. */
export interface Issuance extends Numbered {
  readonly id: number
  readonly issuerId: number
  readonly source: string
  readonly kind: DocumentKind
  readonly draft: ReceiptDraft
  readonly isFee: boolean
  readonly state: IssuanceState
  readonly edition: number
  /** When it was last sent; null when it never was. */
  readonly sentAt: Date | null
  readonly refusals: number
  readonly refusedAt: Date | null
  readonly answerCode: string | null
  readonly answer: string | null
  /** The lot that brought it; null when none did. */
  readonly lot: LotPlace | null
  /** Whether its tries are used up, and nothing is due until a person has looked. */
  readonly isSpent: boolean
  /** Whether somebody said that nothing more is done with it. */
  readonly isClosed: boolean
}

/** Where a document of a lot stands in it. */
export interface LotPlace {
  readonly lotId: number
  readonly n: number
}

/** The code of an issuance whose own document our checks found wrong. */
export const OWN_FAULT = 'document'
/** The code of one that could not be signed. */
export const SIGNING_FAULT = 'signature'
/** The code of one whose signed file is not there any more. */
export const FILE_FAULT = 'file'

/** A charge of the bank can only be undone by a credit note, which needs somebody to credit. */
export function isUnnamedFee(draft: ReceiptDraft, isFee: boolean): boolean {
  if (!isFee || draft.document.kind === 'delivery-note') return false
  const { type, id } = printedRecipient(draft.document)
  return type === '07' || id === FINAL_CONSUMER
}
