import fs from 'node:fs/promises'
import path from 'node:path'
import { refusedFor } from './messages.ts'
import type { IntakeRefusal } from './refusal.ts'
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
    const kind = await kindOf(given)
    if (typeof kind === 'string') yield refused(given, kind)
    else if (kind.folder) yield* walkFolder(given)
    else if (ZIP_NAME.test(given) || (await startsLikeZip(given))) yield* walkZip(given)
    else yield { kind: 'file', name: given }
  }
}

async function* walkFolder(folder: string): AsyncGenerator<Source> {
  const entries = await readFolder(folder)
  if (typeof entries === 'string') {
    yield refused(folder, entries)
    return
  }
  for (const entry of entries) {
    const name = path.join(folder, entry.name)
    if (isLeftover(entry.name)) continue
    if (entry.isDirectory()) yield* walkFolder(name)
    else if (entry.isSymbolicLink()) yield refused(name, 'link')
    else if (!entry.isFile()) yield refused(name, 'not-a-file')
    else if (ZIP_NAME.test(entry.name)) yield* walkZip(name)
    else yield { kind: 'file', name }
  }
}

async function readFolder(folder: string) {
  try {
    const entries = await fs.readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  } catch {
    return 'unreadable' as const
  }
}

async function* walkZip(archive: string): AsyncGenerator<Source> {
  try {
    yield* await listZip(archive, archive)
  } catch {
    yield refused(archive, 'unreadable')
  }
}

async function kindOf(given: string): Promise<{ folder: boolean } | IntakeRefusal> {
  try {
    const stat = await fs.stat(given)
    if (stat.isDirectory()) return { folder: true }
    return stat.isFile() ? { folder: false } : 'not-a-file'
  } catch (error) {
    const code = (error as { code?: string }).code
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'not-found' : 'unreadable'
  }
}

/** A ZIP that somebody names is opened whatever it is called. */
async function startsLikeZip(file: string): Promise<boolean> {
  try {
    const handle = await fs.open(file, 'r')
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
