import path from 'node:path'
import type { Db } from '../../db/open.ts'
import type { Place } from '../sources/disk-name.ts'
import type { Lot } from './lot.ts'
import { isUnchanged, isWhole, lotsFolder, placesOf } from './lot-folder.ts'
import { filesOf, lotById } from './lot-store.ts'

const GONE =
  'Los archivos del lote ya no están en el disco o cambiaron desde que se cargaron. Cancela y cárgalos otra vez.'

type Opened = { ok: true; lot: Lot; places: Place[] } | { ok: false; problem: string }

/**
 * A lot and where its files are, or the sentence for staff when they are not.
 *
 * @param check how they are told from others: by their size, or to the last byte
 */
export async function openLot(
  { db, dataDir }: { db: Db; dataDir: string },
  lotId: number,
  check: 'size' | 'bytes' = 'size',
): Promise<Opened> {
  const lot = await lotById(db, lotId)
  const files = await filesOf(db, lotId)
  if (lot.folder === null) return { ok: false, problem: GONE }
  const places = placesOf(path.join(lotsFolder(dataDir), lot.folder), files)
  const same = check === 'size' ? isWhole : isUnchanged
  return (await same(places, files)) ? { ok: true, lot, places } : { ok: false, problem: GONE }
}
