import type { Tx } from '../../../db/transaction.ts'
import { creditedNumber } from '../../../issuing/credit-notes/credited-number.ts'
import { holdCredits } from '../../../issuing/credit-notes/hold-credits.ts'
import { issuerNamed } from '../../../issuing/issuer/issuer.ts'
import { listIssuers } from '../../../issuing/issuer/issuer-store.ts'
import type { ReceiptDraft } from '../../../sri/draft.ts'
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
  const faults: (Fault | null)[] = receipts.map(() => null)
  const issuers = places.length === 0 ? [] : await listIssuers(tx)
  const issuerOf = ({ issuerRuc }: ReceiptDraft) => issuerNamed(issuers, issuerRuc)
  // Two issuers may have an invoice of one number.
  for (const [issuer, own] of Map.groupBy(places, ({ draft }) => issuerOf(draft))) {
    if (typeof issuer === 'string') continue
    const drafts = own.map(({ draft }) => draft)
    const numbers = new Set(drafts.flatMap((draft) => creditedNumber(draft) ?? []))
    const before = await draftsCrediting(tx, lotId, [...numbers])
    const earlier = before.filter((draft) => issuerOf(draft) === issuer)
    const held = await holdCredits(tx, issuer, drafts, { earlier })
    for (const [place, { at, draft }] of own.entries()) {
      const refusal = held[place]
      if (!refusal) continue
      const row = receipts[at]?.rows[0]?.row ?? 0
      const complaint = complain('credit-held', { expected: refusal.message })
      faults[at] = { row, column: COLUMN, value: shown(creditedNumber(draft) ?? ''), ...complaint }
    }
  }
  return faults
}
