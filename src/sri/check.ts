import type { Day } from '../values/day.ts'
import { checkAmounts } from './checking/check-amounts.ts'
import { checkCodes } from './checking/check-codes.ts'
import { checkDates } from './checking/check-dates.ts'
import { checkKey } from './checking/check-key.ts'
import { checkRecipient } from './checking/check-recipient.ts'
import { checkForm } from './documents/check-form.ts'
import type { ReceiptDocument } from './documents/document.ts'
import type { Problem } from './messages.ts'

interface CheckOptions {
  /** Refuses what is dated later; without it the future is not judged. */
  readonly today?: Day
}

/**
 * Judges a document by the rules under which the SRI authorises: form, key against fields, dates,
 * identification, codes and amounts. Tells everything that is wrong, in that order, so that it
 * can be mended at once. An empty answer is no promise: the SRI also asks its own registers.
 */
export function checkDocument(document: ReceiptDocument, options: CheckOptions = {}): Problem[] {
  return [
    ...checkForm(document),
    ...checkKey(document),
    ...checkDates(document, options.today),
    ...checkRecipient(document),
    ...checkCodes(document),
    ...checkAmounts(document),
  ]
}
