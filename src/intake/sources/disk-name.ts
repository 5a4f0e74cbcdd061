import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'

/** What opens something on the disk: bytes where a name on the way to it is no UTF-8. */
export type DiskPath = string | Uint8Array

/** Something on the disk: how people read its path, and what opens it. */
export interface Place {
  name: string
  path: DiskPath
}

interface Entry extends Place {
  /** Its own name, without the folder. */
  ownName: string
  /** The same as Node gives it on a command line. */
  typedName: string
  kind: Pick<Dirent, 'isDirectory' | 'isFile' | 'isSymbolicLink'>
}

/** Node's mark for bytes that are no UTF-8; a name with it opens nothing. */
const LOST = '\ufffd'

/**
 * What is in a folder, in the order of the names. Older systems wrote names in Latin-1: those are
 * read as such, and keep their bytes. Throws when the folder cannot be read.
 */
export async function entriesIn(folder: Place): Promise<Entry[]> {
  const entries = await fs.readdir(pathOf(folder.path), { withFileTypes: true })
  const lost = typeof folder.path !== 'string' || entries.some(({ name }) => name.includes(LOST))
  const found = lost ? await entriesByBytes(folder) : entries.map((kind) => plain(folder, kind))
  return found.sort((a, b) => (a.ownName < b.ownName ? -1 : a.ownName > b.ownName ? 1 : 0))
}

/**
 * What a path on a command line names. Where it lost the bytes of a name on its way here, every
 * entry whose name would have lost them like that; itself when there is none.
 */
export async function placesNamed(given: string): Promise<Place[]> {
  const itself = { name: given, path: given }
  if (!given.includes(LOST)) return [itself]
  const found: Place[] = []
  for (const folder of await placesNamed(path.dirname(given))) {
    const entries = await entriesIn(folder).catch(() => [])
    found.push(...entries.filter((entry) => entry.typedName === path.basename(given)))
  }
  return found.length > 0 ? found : [itself]
}

/** In the form in which Node takes it; a thread gets bytes as plain ones. */
export function pathOf(diskPath: DiskPath): string | Buffer {
  return typeof diskPath === 'string' ? diskPath : Buffer.from(diskPath)
}

function plain(folder: Place, kind: Dirent): Entry {
  const name = path.join(folder.name, kind.name)
  return { name, path: name, ownName: kind.name, typedName: kind.name, kind }
}

async function entriesByBytes(folder: Place): Promise<Entry[]> {
  const options = { withFileTypes: true, encoding: 'buffer' } as const
  const entries = await fs.readdir(pathOf(folder.path), options)
  return entries.map((kind) => {
    const bytes = kind.name
    const isText = isUtf8(bytes)
    const ownName = bytes.toString(isText ? 'utf8' : 'latin1')
    const name = path.join(folder.name, ownName)
    const inFolder = Buffer.concat([Buffer.from(folder.path), Buffer.from(path.sep), bytes])
    const opens = isText && typeof folder.path === 'string' ? name : inFolder
    return { name, path: opens, ownName, typedName: bytes.toString(), kind }
  })
}
