import fs from 'node:fs/promises'
import { refusedFor } from '../messages.ts'
import type { IntakeRefusal } from '../refusal.ts'
import type { DiskPath, Place } from './disk-name.ts'
import { entriesIn, pathOf, placesNamed } from './disk-name.ts'
import type { Source } from './source.ts'
import { isLeftover, listZip } from './zip-directory.ts'

const ZIP_NAME = /\.zip$/i
const ZIP_SIGNATURES = ['504b0304', '504b0506']

/**
 * Every file under the given paths, in the order of the names: files as they are, folders with all
 * their folders, ZIPs with all their entries. What cannot be read comes as a refused one and the
 * walk goes on. A path that the caller names may be a link; links found on the way are not followed.
 */
export async function* walkPaths(paths: readonly string[]): AsyncGenerator<Source> {
  for (const given of paths) {
    for (const place of await placesNamed(given)) yield* walkPlace(place)
  }
}

/** The same from a place whose name is not what opens it. */
export async function* walkPlace(place: Place): AsyncGenerator<Source> {
  const kind = await kindOf(place.path)
  if (typeof kind === 'string') yield refused(place.name, kind)
  else if (kind.folder) yield* walkFolder(place)
  else if (ZIP_NAME.test(place.name) || (await startsLikeZip(place.path))) yield* walkZip(place)
  else yield fileAt(place)
}

async function* walkFolder(folder: Place): AsyncGenerator<Source> {
  const entries = await entriesIn(folder).catch(() => null)
  if (entries === null) {
    yield refused(folder.name, 'unreadable')
    return
  }
  for (const entry of entries) {
    const { name, ownName, kind } = entry
    if (isLeftover(ownName)) continue
    if (kind.isDirectory()) yield* walkFolder(entry)
    else if (kind.isSymbolicLink()) yield refused(name, 'link')
    else if (!kind.isFile()) yield refused(name, 'not-a-file')
    else if (ZIP_NAME.test(ownName)) yield* walkZip(entry)
    else yield fileAt(entry)
  }
}

function fileAt({ name, path }: Place): Source {
  return path === name ? { kind: 'file', name } : { kind: 'file', name, path }
}

async function* walkZip({ name, path }: Place): AsyncGenerator<Source> {
  try {
    yield* await listZip(path, name)
  } catch {
    yield refused(name, 'unreadable')
  }
}

async function kindOf(path: DiskPath): Promise<{ folder: boolean } | IntakeRefusal> {
  try {
    const stat = await fs.stat(pathOf(path))
    if (stat.isDirectory()) return { folder: true }
    return stat.isFile() ? { folder: false } : 'not-a-file'
  } catch (error) {
    const code = (error as { code?: string }).code
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'not-found' : 'unreadable'
  }
}

/** A ZIP that somebody names is opened whatever it is called. */
async function startsLikeZip(path: DiskPath): Promise<boolean> {
  try {
    const handle = await fs.open(pathOf(path), 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
      return bytesRead === 4 && ZIP_SIGNATURES.includes(buffer.toString('hex'))
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}

function refused(name: string, reason: IntakeRefusal): Source {
  return { kind: 'refused', name, refusal: refusedFor(reason) }
}
