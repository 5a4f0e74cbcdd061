import type { Tx } from '../../../db/transaction.ts'
import { issuerNamed } from '../../../issuing/issuer/issuer.ts'
import { listIssuers } from '../../../issuing/issuer/issuer-store.ts'
import { shown } from '../../rows/fault.ts'
import { ISSUER_COLUMN, issuerComplaint } from '../../rows/issuer-complaint.ts'
import type { ReceiptInRows } from '../../rows/read-rows.ts'

type Named = Pick<ReceiptInRows, 'draft' | 'rows' | 'faults'>

/**
 * Says of good receipts in rows whose they are. The only issuer that there is now is noted where none
 * is named: another one that is registered later does not make anybody ask again.
 *
 * @returns each, in order; bad when it names nobody of several, or somebody who is not registered
 */
export async function nameIssuers<Receipt extends Named>(
  tx: Tx,
  receipts: readonly Receipt[],
): Promise<Receipt[]> {
  const issuers = receipts.some(({ draft }) => draft !== null) ? await listIssuers(tx) : []
  return receipts.map((receipt) => {
    const { draft, rows, faults } = receipt
    if (draft === null) return receipt
    const complaint = issuerComplaint(issuers, draft.issuerRuc)
    if (complaint !== null) {
      const value = shown(draft.issuerRuc ?? '')
      const fault = { row: rows[0]?.row ?? 0, column: ISSUER_COLUMN, value, ...complaint }
      return { ...receipt, draft: null, faults: [fault, ...faults] }
    }
    const issuer = issuerNamed(issuers, draft.issuerRuc)
    return typeof issuer === 'string'
      ? receipt
      : { ...receipt, draft: { ...draft, issuerRuc: issuer.ruc } }
  })
}
