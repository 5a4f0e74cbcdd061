import fs from 'node:fs/promises'
import path from 'node:path'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { keptFolders, releasePackages } from './package-store.ts'
import { packagesFolder } from './packages-folder.ts'

const AT_ONCE = 100
/** What `askPackage` calls a folder; nothing else is ever deleted. */
const FOLDER = /^[0-9a-f]{32}$/
/** A folder is younger than this while the transaction that names it may still be under way. */
const ORPHAN_MS = 24 * 3_600_000

/**
 * Deletes the files of packages whose life is over, or that were never finished, and folders that no
 * package knows. That they were asked for stays.
 */
export async function forgetPackages(
  { db, dataDir }: { db: Db; dataDir: string },
  now: Date,
): Promise<void> {
  const folder = packagesFolder(dataDir)
  for (;;) {
    // The database first: what is left on the disk when this process is killed belongs to nobody.
    const names = await transaction(db, (tx) => releasePackages(tx, now, AT_ONCE))
    for (const name of names) await remove(path.join(folder, name))
    if (names.length < AT_ONCE) break
  }
  await removeOrphans(db, folder, now)
}

async function removeOrphans(db: Db, folder: string, now: Date): Promise<void> {
  const names = (await fs.readdir(folder).catch(() => [])).filter((name) => FOLDER.test(name))
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE)
    const kept = await keptFolders(db, some)
    for (const name of some.filter((one) => !kept.has(one))) {
      const stat = await fs.stat(path.join(folder, name)).catch(() => null)
      if (stat && now.getTime() - stat.mtimeMs > ORPHAN_MS) await remove(path.join(folder, name))
    }
  }
}

function remove(folder: string): Promise<void> {
  return fs.rm(folder, { recursive: true, force: true })
}
