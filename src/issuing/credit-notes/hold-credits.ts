import type { Db } from '../../db/open.ts'
import { checkedDocumentsOf } from '../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../receipts/documents/stored-document.ts'
import type { DocumentOf } from '../../sri/documents/document.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { cents, formatMoney } from '../../values/money.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { invoicesNumbered } from './credit-note-store.ts'
import { leftOf } from './creditable.ts'
import { creditedNumber } from './credited-number.ts'
import { notesOfInvoices } from './notes-of-invoice.ts'

/** An invoice, and the notes that give it back; null: it is annulled. */
interface Account {
  readonly invoice: DocumentOf<'invoice'> | null
  readonly notes: DocumentOf<'credit-note'>[]
}

interface Beside {
  /** Notes without a number that come first, all taken to give back what they say. */
  readonly earlier?: readonly ReceiptDraft[]
  /** The key of a note that does not count: its place is taken. */
  readonly except?: string | undefined
}

/**
 * Holds credit notes against what is left of their invoices: each after the notes that have their
 * number and the ones before it here. Of one that is annulled nothing is left. What changes an invoice
 * that the portal does not know is let through, and so is every other document. Whoever numbers calls
 * it under the lock of the numbering, so that two at once never give back more than was charged.
 *
 * @returns for each draft, in order, why it may not be; null when it may
 */
export async function holdCredits(
  db: Db,
  issuer: Issuer,
  drafts: readonly ReceiptDraft[],
  { earlier = [], except }: Beside = {},
): Promise<(IssuingRefusal | null)[]> {
  const numbers = new Set(drafts.flatMap((draft) => creditedNumber(draft) ?? []))
  const accounts = await accountsOf(db, issuer, [...numbers], except)
  const accountOf = (draft: ReceiptDraft) => accounts.get(creditedNumber(draft) ?? '')
  for (const draft of earlier) accountOf(draft)?.notes.push(noteIn(draft))
  return drafts.map((draft) => {
    const account = accountOf(draft)
    if (!account) return null
    const refusal = objection(account, draft)
    if (refusal === null) account.notes.push(noteIn(draft))
    return refusal
  })
}

function noteIn({ document }: ReceiptDraft): DocumentOf<'credit-note'> {
  return document as DocumentOf<'credit-note'>
}

function objection({ invoice, notes }: Account, draft: ReceiptDraft): IssuingRefusal | null {
  const number = creditedNumber(draft) ?? ''
  if (invoice === null) return refuseIssuing('gives-of-annulled', { invoice: number })
  const left = leftOf(invoice, notes)
  if (left === null) return refuseIssuing('gives-to-nobody', { invoice: number })
  const asked = draft.totalCents ?? cents(0)
  if (asked <= left) return null
  const facts = { invoice: number, left: formatMoney(left), asked: formatMoney(asked) }
  return refuseIssuing('gives-too-much', facts)
}

/** By the number of the invoice; what cannot be read, nothing can be held against. */
async function accountsOf(
  db: Db,
  issuer: Issuer,
  numbers: readonly string[],
  except: string | undefined,
): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>()
  if (numbers.length === 0) return accounts
  const known = await invoicesNumbered(db, issuer, numbers)
  for (const { number } of known) accounts.set(number, { invoice: null, notes: [] })
  const invoices = known.filter(({ isAnnulled }) => !isAnnulled)
  for (const { number } of invoices) accounts.delete(number)
  const notes = await notesOfInvoices(db, invoices, issuer)
  const files = await checkedDocumentsOf(
    db,
    invoices.map(({ id }) => id),
  )
  for (const { id, number } of invoices) {
    const file = files.get(id)
    const read = !file || file instanceof DamagedDocument ? null : readReceipt(file)
    if (!read?.ok || read.receipt.document.kind !== 'invoice') continue
    const others = (notes.get(id) ?? []).filter(({ accessKey }) => accessKey !== except)
    accounts.set(number, {
      invoice: read.receipt.document as DocumentOf<'invoice'>,
      notes: others.map(({ document }) => document),
    })
  }
  return accounts
}
