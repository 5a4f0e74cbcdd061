import type { Db } from '../../../db/open.ts'
import { sharesOf } from '../scope.ts'
import type { ContentPlace } from './contents.ts'
import { listedOf } from './contents.ts'
import type { PackedRow } from './packed-row.ts'
import { wantedOf } from './wanted.ts'

/** Receipts that came, and that went, while a package was made. */
export interface Changes {
  readonly come: number
  readonly gone: number
}

const PAGE = 1_000

/**
 * Holds what was packed against what the search finds by now, one receipt after another: as many may
 * have come as went. Both are in the order of the contents, so neither is ever held whole.
 */
export async function changesSince(
  db: Db,
  one: Parameters<typeof wantedOf>[0],
  rows: AsyncIterable<PackedRow>,
): Promise<Changes> {
  const places = new Map(sharesOf(one.scope).map(({ partyId }, share) => [partyId, share]))
  const packed = rows[Symbol.asyncIterator]()
  const nextPlace = async (): Promise<ContentPlace | null> => {
    const { value, done } = await packed.next()
    if (done) return null
    const { partyId, issuedOn, id } = (value as PackedRow).receipt
    return { share: places.get(partyId) ?? 0, day: issuedOn, id }
  }
  let [come, gone] = [0, 0]
  let place = await nextPlace()
  for await (const { share, receipts } of listedOf(db, wantedOf(one), null, PAGE)) {
    for (const { issuedOn: day, id } of receipts) {
      const here = { share, day, id }
      for (; place !== null && order(place, here) < 0; place = await nextPlace()) gone += 1
      if (place !== null && order(place, here) === 0) place = await nextPlace()
      else come += 1
    }
  }
  for (; place !== null; place = await nextPlace()) gone += 1
  return { come, gone }
}

function order(one: ContentPlace, other: ContentPlace): number {
  if (one.share !== other.share) return one.share - other.share
  if (one.day !== other.day) return one.day < other.day ? -1 : 1
  return one.id - other.id
}
