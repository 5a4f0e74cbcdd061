import type { Db } from '../../../../db/open.ts'
import { authorizationOf } from '../../../../receipts/files/open-receipt.ts'
import type { DrawnRide, RidePool } from '../../../../ride/ride-pool.ts'
import { readReceipt } from '../../../../sri/read-receipt.ts'
import type { Lot } from '../../lot.ts'
import { openLot } from '../../open-lot.ts'
import { previewDraft } from '../../rows/preview-draft.ts'
import type { SampleFinder } from './find-sample.ts'

interface SampleNeeds {
  db: Db
  dataDir: string
  ridePool: Pick<RidePool, 'draw'>
  samples: Pick<SampleFinder, 'find'>
}

/**
 * The PDF that the document at a place of a lot would have, drawn from the lot's own files or of its
 * rows: it is nobody's receipt yet. Null when there is none at that place, or it is no receipt.
 */
export async function drawSample(
  needs: SampleNeeds,
  lot: Lot,
  n: number,
): Promise<DrawnRide | null> {
  if (lot.kind === 'rows') return drawPreview(needs, lot, n)
  const opened = await openLot(needs, lot)
  if (!opened.ok) return null
  const bytes = await needs.samples.find({ places: opened.places, n })
  if (bytes === 'busy') return { ok: false, refusal: 'busy' }
  if (!bytes) return null
  const reading = readReceipt(bytes)
  if (!reading.ok) return null
  const { accessKey, status, authorizationNumber, authorizedAt } = reading.receipt
  const authorization = authorizationOf({
    status: status === 'authorized' ? 'authorized' : 'pending',
    authorizationNumber,
    authorizedAt,
  })
  const xml = { name: `${accessKey}.xml`, bytes: Buffer.from(bytes) }
  return needs.ridePool.draw({ xml, authorization, annulled: false })
}

async function drawPreview(
  { db, ridePool }: SampleNeeds,
  { id }: Lot,
  n: number,
): Promise<DrawnRide | null> {
  const bytes = await previewDraft(db, id, n)
  if (!bytes) return null
  const authorization = { number: null, at: null, status: null }
  return ridePool.draw({ xml: { name: 'vista.xml', bytes }, authorization, annulled: false })
}
