import type { DrawnRide, RidePool } from '../../ride/ride-pool.ts'
import { fileStem, type ListedReceipt } from '../receipt.ts'
import { type Authorized, authorizationOf } from './open-receipt.ts'

/**
 * Draws the PDF of a receipt out of its file, beside the event loop; the file itself goes inside.
 *
 * @param pages whether its pages are wanted besides, to be put among those of others
 */
export function drawReceipt(
  pool: Pick<RidePool, 'draw'>,
  receipt: Authorized & Pick<ListedReceipt, 'kind' | 'number' | 'issuedOn'>,
  xml: Uint8Array,
  { pages = false } = {},
): Promise<DrawnRide> {
  return pool.draw({
    xml: { name: `${fileStem(receipt)}.xml`, bytes: xml },
    authorization: authorizationOf(receipt),
    annulled: receipt.status === 'annulled',
    pages,
  })
}
