import type { Tx } from '../../../db/transaction.ts'
import { creditedNumber } from '../../../issuing/credit-notes/credited-number.ts'
import { holdCredits } from '../../../issuing/credit-notes/hold-credits.ts'
import { onlyIssuer } from '../../../issuing/issuer/issuer-store.ts'
import { complain, type Fault, shown } from '../../rows/fault.ts'
import type { ReceiptInRows } from '../../rows/read-rows.ts'
import { draftsCrediting } from './draft-store.ts'

const COLUMN = 'numero_modificado'

/**
 * Says of the credit notes among some receipts of a lot which give back more than is left of their
 * invoice, together with those of the lot that come before. When they get their number they are held
 * against it once more: that is what counts, this is said in time to mend it.
 *
 * @returns for each receipt, in order, what is wrong; null when nothing is
 */
export async function holdRowCredits(
  tx: Tx,
  lotId: number,
  receipts: readonly Pick<ReceiptInRows, 'draft' | 'rows'>[],
): Promise<(Fault | null)[]> {
  const places = receipts.flatMap(({ draft }, at) =>
    draft === null || creditedNumber(draft) === null ? [] : [{ at, draft }],
  )
  const drafts = places.map(({ draft }) => draft)
  const faults: (Fault | null)[] = receipts.map(() => null)
  const issuer = drafts.length === 0 ? 'none' : await onlyIssuer(tx)
  if (typeof issuer === 'string') return faults
  const numbers = new Set(drafts.flatMap((draft) => creditedNumber(draft) ?? []))
  const earlier = await draftsCrediting(tx, lotId, [...numbers])
  const held = await holdCredits(tx, issuer, drafts, { earlier })
  for (const [place, { at, draft }] of places.entries()) {
    const refusal = held[place]
    if (!refusal) continue
    const row = receipts[at]?.rows[0]?.row ?? 0
    const complaint = complain('credit-held', { expected: refusal.message })
    faults[at] = { row, column: COLUMN, value: shown(creditedNumber(draft) ?? ''), ...complaint }
  }
  return faults
}
