import fs from 'node:fs/promises'
import path from 'node:path'
import type { Db } from '../../db/open.ts'
import { partFiles } from './making/part-writer.ts'
import type { FileRefusal } from './messages.ts'
import type { Package, PackagePart } from './package.ts'
import { isKept } from './package.ts'
import { partsOfPackages } from './package-store.ts'
import { packagesFolder } from './packages-folder.ts'
import { covers } from './scope.ts'
import { scopeOfOwner } from './scope-store.ts'

type FoundPart =
  | { readonly ok: true; readonly part: PackagePart; readonly file: string }
  | { readonly ok: false; readonly refusal: FileRefusal | 'none' }

/**
 * A file of a package, when whoever asked for it may still see all that is in it: a permission that
 * has gone takes the file with it, finished or not.
 */
export async function findPart(
  db: Db,
  dataDir: string,
  one: Package,
  n: number,
  now: Date,
): Promise<FoundPart> {
  if (one.status === 'making') return { ok: false, refusal: 'making' }
  if (one.status !== 'ready') return { ok: false, refusal: 'stopped' }
  if (!isKept(one, now) || one.folder === null) return { ok: false, refusal: 'expired' }
  if (!covers((await scopeOfOwner(db, one, now)).scope, one.scope)) {
    return { ok: false, refusal: 'permission' }
  }
  const part = (await partsOfPackages(db, [one.id])).get(one.id)?.find((found) => found.n === n)
  if (!part) return { ok: false, refusal: 'none' }
  const file = partFiles(path.join(packagesFolder(dataDir), one.folder), n).finished
  const there = await fs.stat(file).catch(() => null)
  // A copy of the database comes without them.
  return there?.size === part.bytes ? { ok: true, part, file } : { ok: false, refusal: 'expired' }
}
