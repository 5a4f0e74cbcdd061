import type { Tx } from '../../../db/transaction.ts'
import { partyNumbers } from '../../../identity/parties/party-number.ts'
import type { NamedPerson } from '../../../identity/parties/party-store.ts'
import type { ReceiptDraft } from '../../../sri/draft.ts'
import { recipientsOf } from '../../../sri/recipients.ts'
import { taxSumsOf } from '../../../sri/tax-sums.ts'
import { taxesOf } from '../../../sri/taxes.ts'
import { takenByPrograms } from '../../emissions/emission-store.ts'
import { type Complaint, complain, type Fault, shown } from '../../rows/fault.ts'
import type { ReceiptInRows } from '../../rows/read-rows.ts'
import { reachOf } from '../dry-run/foresee-store.ts'
import type { Lot } from '../lot.ts'
import { formatLotNumber } from '../lot.ts'
import type { LotItem } from '../lot-item-store.ts'
import { keepItems } from '../lot-item-store.ts'
import type { LotSummary } from '../lot-summary.ts'
import { addKind, addTaxes, countOne } from '../lot-summary.ts'
import { keepDrafts } from './draft-store.ts'
import { holdRowCredits } from './hold-row-credits.ts'
import { nameIssuers } from './name-issuers.ts'
import { takenElsewhere } from './reference-store.ts'

export type PlacedReceipt = ReceiptInRows & { n: number }

/**
 * Keeps receipts in rows at their places of a lot, good or bad, and adds them to the summary. What
 * another lot of the kind brings already, or a program asked for, is bad as well: nobody is charged
 * twice; and what names no issuer of several, or a credit note that gives back more than is left of
 * its invoice.
 */
export async function keepRows(
  tx: Tx,
  { id, documentKind }: Pick<Lot, 'id' | 'documentKind'>,
  receipts: readonly PlacedReceipt[],
  summary: LotSummary,
): Promise<void> {
  if (documentKind === null) throw new Error('Rows in a lot of documents')
  const references = receipts.map(({ reference }) => reference).filter(Boolean)
  const taken = await takenElsewhere(tx, id, documentKind, references)
  const asked = await takenByPrograms(tx, documentKind, references)
  const known = receipts.map((receipt): PlacedReceipt => {
    const lot = taken.get(receipt.reference)
    if (lot) return withFault(receipt, complain('in-other-lot', { lot: formatLotNumber(lot) }))
    if (!asked.has(receipt.reference)) return receipt
    return withFault(receipt, complain('asked-by-program'))
  })
  const named = await nameIssuers(tx, known)
  const held = await holdRowCredits(tx, id, named)
  const judged = named.map((receipt, at): PlacedReceipt => {
    const fault = held[at]
    return fault ? { ...receipt, draft: null, faults: [fault, ...receipt.faults] } : receipt
  })
  const owned = judged.map(({ draft }) => ({ owners: draft === null ? [] : ownersOf(draft) }))
  const reach = await reachOf(tx, owned)
  const items = judged.map(({ n, draft, faults, reference, ...rest }, at): LotItem => {
    const nothing = { receiptId: null, accessKey: null, code: null, message: null }
    if (draft === null) {
      const { code = null, message = null } = faults[0] ?? {}
      countOne(summary.outcomes, 'refused')
      const item = { ...nothing, name: reference, recipient: null, totalCents: null, reach: null }
      return { ...item, n, outcome: 'refused', code, message }
    }
    const reached = reach[at] ?? 'no-address'
    countOne(summary.outcomes, 'new')
    countOne(summary.reach, reached)
    if (rest.warnings.length > 0) summary.warnings += 1
    addKind(summary, n, documentKind, draft.totalCents ?? 0)
    addTaxes(summary, documentKind, taxSumsOf({ taxes: taxesOf(draft.document) }))
    const { totalCents } = draft
    const recipient = recipientsOf(draft.document)[0]?.name ?? 'CONSUMIDOR FINAL'
    return { ...nothing, n, outcome: 'new', name: reference, recipient, totalCents, reach: reached }
  })
  await keepItems(tx, id, items)
  await keepDrafts(tx, id, judged)
}

/** What is wrong with a receipt whose reference a lot brings already. */
export function takenReference(row: number, reference: string, lot: string): Fault {
  return faultOf(row, reference, complain('in-other-lot', { lot }))
}

function faultOf(row: number, reference: string, complaint: Complaint): Fault {
  return { row, column: 'referencia', value: shown(reference), ...complaint }
}

function withFault(receipt: PlacedReceipt, complaint: Complaint): PlacedReceipt {
  const fault = faultOf(receipt.rows[0]?.row ?? 0, receipt.reference, complaint)
  return { ...receipt, draft: null, faults: [fault, ...receipt.faults] }
}

function ownersOf({ document }: ReceiptDraft): NamedPerson[] {
  return recipientsOf(document).flatMap(({ id, idKind, name, role }) => {
    const numbers = id === null || role !== 'recipient' ? [] : partyNumbers(idKind, id)
    return numbers.length === 0 ? [] : [{ name, numbers }]
  })
}
