import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { findDocument } from '../../receipts/documents/document-store.ts'
import { noteEventOf } from '../../receipts/feed/event-store.ts'
import { statusOf } from '../../receipts/kept/annulled-store.ts'
import type { ReceiptStatus } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import { taxesOf } from '../../sri/taxes.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import { FINAL_CONSUMER } from '../../values/tax-id.ts'
import type { AnnulmentTerms } from './annulment-rules.ts'
import { annulmentTerms } from './annulment-rules.ts'
import { addAnnulment, annulmentsOf } from './annulment-store.ts'

/** The receipt that is to be annulled, as its row says it. */
export interface AnnullableReceipt {
  readonly id: number
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
  readonly issuedOn: Day
  readonly recipientNumber: string
}

export type AnnulmentRefusal =
  | 'not-authorized'
  | 'final-consumer'
  | 'closed'
  | 'under-way'
  | 'no-reason'
  | 'signed-out'

export type Annullable =
  | { readonly ok: true; readonly terms: AnnulmentTerms }
  | { readonly ok: false; readonly refusal: AnnulmentRefusal }

const REASON_MAX = 300

/** Whether the SRI would still annul it, and by when it has to be asked. */
export async function annullable(
  db: Db,
  receipt: AnnullableReceipt,
  now: Date,
): Promise<Annullable> {
  if (receipt.status !== 'authorized') return { ok: false, refusal: 'not-authorized' }
  const terms = annulmentTerms({
    kind: receipt.kind,
    issuedOn: receipt.issuedOn,
    toNobody: receipt.recipientNumber === FINAL_CONSUMER,
    withholdsIsd: receipt.kind === 'withholding' && (await withholdsIsd(db, receipt.id)),
  })
  if (terms === null) return { ok: false, refusal: 'final-consumer' }
  if (terms.lastDay !== null && dayOf(now) > terms.lastDay) return { ok: false, refusal: 'closed' }
  const [last] = await annulmentsOf(db, receipt.id)
  if (last && last.endedAt === null) return { ok: false, refusal: 'under-way' }
  return { ok: true, terms }
}

async function withholdsIsd(db: Db, receiptId: number): Promise<boolean> {
  const bytes = await findDocument(db, receiptId)
  const reading = bytes ? readReceipt(bytes) : null
  return reading?.ok === true && taxesOf(reading.receipt.document).some(({ tax }) => tax === 'isd')
}

/**
 * Notes that somebody asked the SRI, in its own portal, to annul a receipt; from then on the portal
 * asks after it until it is annulled, or cannot be any more.
 */
export async function askAnnulment(
  db: Db,
  keys: Pick<Keys, 'audit'>,
  actor: Staff,
  receipt: AnnullableReceipt,
  typedReason: string,
  now: Date,
): Promise<Annullable> {
  const reason = typedReason.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
  if (reason === '' || reason.length > REASON_MAX) return { ok: false, refusal: 'no-reason' }
  return transaction(db, async (tx): Promise<Annullable> => {
    if (!(await holdRight(tx, actor, 'receipts.annul'))) return { ok: false, refusal: 'signed-out' }
    // It may have been annulled, or be gone, since the form was shown.
    const status = await statusOf(tx, receipt.id)
    if (status === null) return { ok: false, refusal: 'not-authorized' }
    const judged = await annullable(tx, { ...receipt, status }, now)
    if (!judged.ok) return judged
    const { needsConsent, lastDay } = judged.terms
    const asked = { receiptId: receipt.id, reason, needsConsent, lastDay, askedBy: actor.loginId }
    if ((await addAnnulment(tx, asked, now)) === null) return { ok: false, refusal: 'under-way' }
    await noteEventOf(tx, 'annulment-asked', receipt.id, now)
    const entry: AuditEntry = {
      actor: `login:${actor.loginId}`,
      action: 'annulment.asked',
      subject: `receipt:${receipt.accessKey}`,
    }
    await record(tx, keys.audit, entry, now)
    return judged
  })
}
