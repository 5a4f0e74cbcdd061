import type { Db } from '../../db/open.ts'
import { RECEIPTS } from '../../identity/staff/rights.ts'
import type { CreditStanding } from '../../issuing/credit-notes/issue-credit-note.ts'
import { creditRefusal } from '../../issuing/credit-notes/messages.ts'
import { notesOfInvoice } from '../../issuing/credit-notes/notes-of-invoice.ts'
import { issuerByRuc } from '../../issuing/issuer/issuer-store.ts'
import { formatMoney } from '../../values/money.ts'
import type { Problems } from '../../web/forms.ts'
import type { StaffReceipt } from './staff-receipt-store.ts'

/** A credit note in the page of its invoice. */
export interface NoteOnScreen {
  /** Null while it is no receipt yet. */
  readonly href: string | null
  readonly number: string
  readonly total: string
  readonly state: string
}

/** The credit notes of an invoice; none of anything else. */
export async function notesOnScreen(db: Db, receipt: StaffReceipt): Promise<NoteOnScreen[]> {
  if (receipt.kind !== 'invoice') return []
  const issuer = await issuerByRuc(db, receipt.issuerRuc)
  const notes = await notesOfInvoice(db, receipt, issuer)
  return notes.map(({ accessKey, number, totalCents, underWay }) => ({
    href: underWay === null ? `${RECEIPTS}/${accessKey}` : null,
    number,
    total: totalCents === null ? '' : formatMoney(totalCents),
    state: underWay ?? '',
  }))
}

/** The form as it was typed. */
export interface TypedCredit {
  readonly alcance: 'todo' | 'parte'
  readonly monto: readonly string[]
  readonly motivo: string
  readonly token: string
}

/** What the form of a credit note prints. */
export interface CreditForm {
  /** Why there is no form; else null. */
  readonly refused: string | null
  readonly left: string
  readonly lines: readonly {
    readonly id: string
    readonly text: string
    readonly charged: string
    readonly left: string
    readonly value: string
    readonly open: boolean
  }[]
  readonly values: TypedCredit
  readonly problems: Problems
}

export function creditForm(
  standing: CreditStanding,
  values: TypedCredit,
  problems: Problems,
): CreditForm {
  if (!standing.ok) {
    return { refused: creditRefusal(standing.refusal), left: '', lines: [], values, problems }
  }
  const { left } = standing
  const lines = left.lines.map(({ line, netCents, leftCents }, at) => ({
    id: `monto-${at}`,
    text: line.descripcion ?? '',
    charged: formatMoney(netCents),
    left: formatMoney(leftCents),
    value: values.monto[at] ?? '',
    open: leftCents > 0,
  }))
  return { refused: null, left: formatMoney(left.leftCents), lines, values, problems }
}
