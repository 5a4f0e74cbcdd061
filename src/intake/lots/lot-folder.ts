import crypto from 'node:crypto'
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Place } from '../sources/disk-name.ts'
import type { Source } from '../sources/source.ts'
import { walkPlace } from '../sources/walk-paths.ts'
import type { LotFile } from './lot.ts'

/** Where lots are kept on the disk. Web processes and workers have to see the same folder. */
export function lotsFolder(dataDir: string): string {
  return path.join(dataDir, 'lots')
}

/** The files of a lot, under the names their owner gave them. */
export function placesOf(
  folder: string,
  files: readonly Pick<LotFile, 'name' | 'stored'>[],
): Place[] {
  return files.map(({ name, stored }) => ({ name, path: path.join(folder, stored) }))
}

/** Every document in the files of a lot, always in the same order. */
export async function* walkLot(places: readonly Place[]): AsyncGenerator<Source> {
  for (const place of places) yield* walkPlace(place)
}

/** Whether each file is there, and as large as it was. */
export async function isWhole(
  places: readonly Place[],
  files: readonly Pick<LotFile, 'bytes'>[],
): Promise<boolean> {
  const sizes = await Promise.all(
    places.map(({ path: file }) =>
      fs.stat(file as string).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  )
  return sizes.every((size, at) => size === files[at]?.bytes)
}

/** Whether each file is, to the last byte, what was received. */
export async function isUnchanged(
  places: readonly Place[],
  files: readonly Pick<LotFile, 'bytes' | 'sha256'>[],
): Promise<boolean> {
  if (!(await isWhole(places, files))) return false
  for (const [at, { path: file }] of places.entries()) {
    const hash = crypto.createHash('sha256')
    await pipeline(createReadStream(file as string), hash)
    if (hash.digest('hex') !== files[at]?.sha256) return false
  }
  return true
}

export async function removeLotFolder(folder: string): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true })
}
