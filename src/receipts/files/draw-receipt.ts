import type { DrawnRide, RidePool } from '../../ride/ride-pool.ts'
import { fileStem, type ListedReceipt } from '../receipt.ts'
import { type Authorized, authorizationOf } from './open-receipt.ts'

/** Draws the PDF of a receipt out of its file, beside the event loop; the file itself goes inside. */
export function drawReceipt(
  pool: Pick<RidePool, 'draw'>,
  receipt: Authorized & Pick<ListedReceipt, 'kind' | 'number' | 'issuedOn'>,
  xml: Uint8Array,
): Promise<DrawnRide> {
  return pool.draw({
    xml: { name: `${fileStem(receipt)}.xml`, bytes: xml },
    authorization: authorizationOf(receipt),
    annulled: receipt.status === 'annulled',
  })
}
