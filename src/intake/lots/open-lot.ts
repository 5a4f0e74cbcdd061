import path from 'node:path'
import type { Db } from '../../db/open.ts'
import type { Place } from '../sources/disk-name.ts'
import type { Lot } from './lot.ts'
import { isUnchanged, isWhole, lotsFolder, placesOf } from './lot-folder.ts'
import { filesOf } from './lot-store.ts'

const GONE =
  'Los archivos del lote ya no están en el disco o cambiaron desde que se cargaron. Cancela y cárgalos otra vez.'

type Opened = { ok: true; places: Place[] } | { ok: false; problem: string }

/**
 * Where the files of a lot are, or the sentence for staff when they are not.
 *
 * @param check how they are told from others: by their size, or to the last byte
 */
export async function openLot(
  { db, dataDir }: { db: Db; dataDir: string },
  { id, folder }: Pick<Lot, 'id' | 'folder'>,
  check: 'size' | 'bytes' = 'size',
): Promise<Opened> {
  const files = await filesOf(db, id)
  if (folder === null) return { ok: false, problem: GONE }
  const places = placesOf(path.join(lotsFolder(dataDir), folder), files)
  const same = check === 'size' ? isWhole : isUnchanged
  return (await same(places, files)) ? { ok: true, places } : { ok: false, problem: GONE }
}
