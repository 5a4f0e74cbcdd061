import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { findDocument } from '../../receipts/documents/document-store.ts'
import { statusOf } from '../../receipts/kept/annulled-store.ts'
import type { ReceiptStatus } from '../../receipts/receipt.ts'
import { environmentOf } from '../../sri/access-key.ts'
import type { DocumentOf } from '../../sri/documents/document.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import type { Cents } from '../../values/money.ts'
import { beginIssuances } from '../issuance/begin-issuances.ts'
import { issuancesFor } from '../issuance/issuance-store.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { issuerByRuc, pointFor, pointsOf } from '../issuer/issuer-store.ts'
import type { CreditedInvoice } from './credit-note-store.ts'
import type { Creditable } from './creditable.ts'
import { creditableOf } from './creditable.ts'
import type { CreditWish } from './draft-credit-note.ts'
import { draftCreditNote } from './draft-credit-note.ts'
import type { NoteOfInvoice } from './notes-of-invoice.ts'
import { notesOfInvoice } from './notes-of-invoice.ts'

/** A receipt that may be an invoice to be given back. */
export interface CreditedReceipt extends CreditedInvoice {
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
}

export type CreditRefusal =
  | {
      readonly code:
        | 'not-an-invoice'
        | 'unreadable'
        | 'final-consumer'
        | 'other-taxes'
        | 'nothing-left'
        | 'nothing-chosen'
        | 'no-reason'
    }
  /** More than is left of the line at that place. */
  | { readonly code: 'too-much'; readonly at: number; readonly left: Cents }
  | { readonly code: 'not-issuable'; readonly sentence: string }

/** What is left of an invoice, with the notes that took the rest. */
export type CreditStanding =
  | {
      readonly ok: true
      readonly issuer: Issuer
      readonly invoice: DocumentOf<'invoice'>
      readonly notes: readonly NoteOfInvoice[]
      readonly left: Extract<Creditable, { ok: true }>
    }
  | { readonly ok: false; readonly refusal: CreditRefusal }

export async function creditStanding(db: Db, receipt: CreditedReceipt): Promise<CreditStanding> {
  const refuse = (code: 'not-an-invoice' | 'unreadable') =>
    ({ ok: false, refusal: { code } }) as const
  if (receipt.kind !== 'invoice' || receipt.status !== 'authorized') return refuse('not-an-invoice')
  const issuer = await issuerByRuc(db, receipt.issuerRuc)
  const environment = environmentOf(receipt.accessKey.charAt(23))
  if (issuer === null || issuer.environment !== environment) return refuse('not-an-invoice')
  const file = await findDocument(db, receipt.id)
  const read = file && readReceipt(file)
  if (!read?.ok || read.receipt.document.kind !== 'invoice') return refuse('unreadable')
  const invoice = read.receipt.document as DocumentOf<'invoice'>
  const notes = await notesOfInvoice(db, receipt, issuer)
  const left = creditableOf(
    invoice,
    notes.map(({ document }) => document),
  )
  if (!left.ok) return { ok: false, refusal: { code: left.refusal } }
  return { ok: true, issuer, invoice, notes, left }
}

/** What somebody typed to give an invoice back. */
export interface EnteredCredit {
  /** Chosen when the form was shown: sent twice it is one note. */
  readonly token: string
  readonly amounts: CreditWish['amounts']
  readonly reason: string
}

export type BegunCredit =
  | { readonly ok: true; readonly accessKey: string }
  | { readonly ok: false; readonly refusal: CreditRefusal | 'signed-out' }

const REASON_MAX = 300

/**
 * Begins to issue the credit note of an invoice. What is left of it is looked at in the transaction
 * in which the note gets its number, one at a time, so that two at once never give back more than
 * was charged.
 */
export async function issueCreditNote(
  { db, keys, random }: { db: Db; keys: Pick<Keys, 'audit'>; random: (length: number) => Buffer },
  actor: Staff,
  receipt: CreditedReceipt,
  entered: EnteredCredit,
  now: Date,
): Promise<BegunCredit> {
  const reason = entered.reason.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
  return transaction(db, async (tx): Promise<BegunCredit> => {
    if (!(await holdRight(tx, actor, 'receipts.credit'))) return refused('signed-out')
    await lockFor(tx, 'numbering')
    const source = `credit:${receipt.accessKey}:${entered.token}`
    const before = (await issuancesFor(tx, [source])).get(source)
    if (before) return { ok: true, accessKey: before.accessKey }
    if (reason === '' || reason.length > REASON_MAX) return refused({ code: 'no-reason' })
    // It may have been annulled since the form was shown; one that is gone is as good as annulled.
    const status = (await statusOf(tx, receipt.id)) ?? 'annulled'
    const standing = await creditStanding(tx, { ...receipt, status })
    if (!standing.ok) return refused(standing.refusal)
    const { issuer, invoice, notes } = standing
    const wish = { issuedOn: dayOf(now), reason, email: emailOf(invoice), amounts: entered.amounts }
    const drafted = draftCreditNote(
      invoice,
      notes.map(({ document }) => document),
      wish,
    )
    if (!drafted.ok) {
      const { refusal: code } = drafted
      return refused(code === 'too-much' ? { code, at: drafted.at, left: drafted.left } : { code })
    }
    const draft = await whereInUse(tx, issuer, drafted.draft)
    const request = { source, draft, isFee: false, lot: null }
    const [begun] = await beginIssuances(tx, [request], { random, issuerId: issuer.id }, now)
    if (!begun?.ok) {
      return refused({ code: 'not-issuable', sentence: begun?.refusal.message ?? '' })
    }
    const entry = {
      actor: `login:${actor.loginId}`,
      action: 'credit-note.begun',
      subject: `receipt:${receipt.accessKey}`,
      detail: { to: begun.accessKey },
    } as const
    await record(tx, keys.audit, entry, now)
    return { ok: true, accessKey: begun.accessKey }
  })
}

function refused(refusal: CreditRefusal | 'signed-out'): BegunCredit {
  return { ok: false, refusal }
}

/** At the point of the invoice, or where things are issued that do not say where. */
async function whereInUse(tx: Tx, { id }: Issuer, draft: ReceiptDraft): Promise<ReceiptDraft> {
  const { series } = draft
  if (series === null) return draft
  const place = { establishment: series.establishment, point: series.issuePoint }
  return pointFor(await pointsOf(tx, id), place) === null ? { ...draft, series: null } : draft
}

function emailOf({ content }: DocumentOf<'invoice'>): string | null {
  const field = content.infoAdicional?.find(({ nombre }) => /^e-?mail$|^correo/i.test(nombre ?? ''))
  return field?.valor ?? null
}
