import type { RidePool, RideRefusal } from '../../ride/ride-pool.ts'
import { fileStem, type ListedReceipt } from '../receipt.ts'
import { type Authorized, describeFile } from './open-receipt.ts'

type DrawnReceipt =
  | { readonly ok: true; readonly pdf: Uint8Array }
  /** `unreadable`: the file is not what loading lets in. */
  | { readonly ok: false; readonly refusal: RideRefusal | 'unreadable' }

/** Draws the PDF of a receipt out of its file, beside the event loop; the file itself goes inside. */
export async function drawReceipt(
  pool: Pick<RidePool, 'draw'>,
  receipt: Authorized & Pick<ListedReceipt, 'kind' | 'number' | 'issuedOn'>,
  xml: Uint8Array,
): Promise<DrawnReceipt> {
  const sheet = describeFile(xml, receipt)
  if (sheet === null) return { ok: false, refusal: 'unreadable' }
  return pool.draw(sheet, {
    annulled: receipt.status === 'annulled',
    xml: { name: `${fileStem(receipt)}.xml`, bytes: xml },
  })
}
