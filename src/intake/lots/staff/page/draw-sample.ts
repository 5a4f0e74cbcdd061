import type { Db } from '../../../../db/open.ts'
import { authorizationOf } from '../../../../receipts/files/open-receipt.ts'
import type { DrawnRide, RidePool } from '../../../../ride/ride-pool.ts'
import { readReceipt } from '../../../../sri/read-receipt.ts'
import { SourceReader } from '../../../sources/read-source.ts'
import type { Source } from '../../../sources/source.ts'
import type { Lot } from '../../lot.ts'
import { walkLot } from '../../lot-folder.ts'
import { openLot } from '../../open-lot.ts'

interface SampleNeeds {
  db: Db
  dataDir: string
  ridePool: Pick<RidePool, 'draw'>
}

/**
 * The PDF that the document at a place of a lot would have, drawn from the lot's own files: it is
 * nobody's receipt yet. Null when there is none at that place, or it is no receipt.
 */
export async function drawSample(
  needs: SampleNeeds,
  lot: Lot,
  n: number,
): Promise<DrawnRide | null> {
  const opened = await openLot(needs, lot)
  if (!opened.ok) return null
  const source = await sourceAt(walkLot(opened.places), n)
  const bytes = source && bytesOf(source)
  if (!bytes) return null
  const reading = readReceipt(bytes)
  if (!reading.ok) return null
  const { accessKey, status, authorizationNumber, authorizedAt } = reading.receipt
  const authorization = authorizationOf({
    status: status === 'authorized' ? 'authorized' : 'pending',
    authorizationNumber,
    authorizedAt,
  })
  const xml = { name: `${accessKey}.xml`, bytes }
  return needs.ridePool.draw({ xml, authorization, annulled: false })
}

async function sourceAt(sources: AsyncGenerator<Source>, n: number): Promise<Source | null> {
  let at = 0
  for await (const source of sources) {
    at += 1
    if (at === n) return source
  }
  return null
}

function bytesOf(source: Source): Buffer | null {
  if (source.kind === 'refused') return null
  const reader = new SourceReader()
  try {
    const read = reader.read(source)
    return read.ok ? Buffer.from(read.bytes) : null
  } finally {
    reader.close()
  }
}
