import fs from 'node:fs/promises'
import path from 'node:path'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import { lotsFolder, removeLotFolder } from './lot-folder.ts'
import { lotsInFolders, releaseFolders } from './lot-folder-store.ts'

const DAY_MS = 24 * 3_600_000
const LOTS_AT_ONCE = 100

/** No upload takes a day: what is older and has no lot was left by a process that was killed. */
const ORPHAN_MS = DAY_MS

/** What `receiveLot` calls a folder; nothing else is ever deleted. */
const FOLDER = /^[0-9a-f]{32}$/

/** What `receiveMended` calls a file in the folder of a lot of rows. */
const MENDED = /^[0-9a-f]{32}-\d+$/

/**
 * Deletes the files of lots that were done with long enough ago, and what uploads that never came
 * to their end left behind: folders without a lot, corrected files that their lot does not know.
 * What the lots brought stays. Answers how many of each.
 */
export async function forgetLotFiles(
  { db, dataDir }: { db: Db; dataDir: string },
  { lotFileDays }: Pick<Policy['retention'], 'lotFileDays'>,
  now: Date,
): Promise<{ kept: number; orphans: number }> {
  const folder = lotsFolder(dataDir)
  const before = new Date(now.getTime() - lotFileDays * DAY_MS)
  let kept = 0
  for (;;) {
    // The database first: from here on nobody corrects these lots. Whatever of their folders is still
    // there when this process is killed belongs to no lot any more.
    const folders = await transaction(db, (tx) => releaseFolders(tx, before, LOTS_AT_ONCE))
    for (const name of folders) await removeLotFolder(path.join(folder, name))
    kept += folders.length
    if (folders.length === 0) return { kept, orphans: await removeOrphans(db, folder, now) }
  }
}

async function removeOrphans(db: Db, folder: string, now: Date): Promise<number> {
  const names = await namesIn(folder, FOLDER)
  let orphans = 0
  for (let at = 0; at < names.length; at += LOTS_AT_ONCE) {
    const some = names.slice(at, at + LOTS_AT_ONCE)
    const lots = await lotsInFolders(db, some)
    for (const name of some) {
      const own = path.join(folder, name)
      const files = lots.get(name)
      const left = files ? (await namesIn(own, MENDED)).filter((file) => !files.has(file)) : ['']
      orphans += await removeOld(
        left.map((file) => path.join(own, file)),
        now,
      )
    }
  }
  return orphans
}

async function namesIn(folder: string, which: RegExp): Promise<string[]> {
  const names = await fs.readdir(folder).catch(() => [])
  return names.filter((name) => which.test(name))
}

async function removeOld(paths: readonly string[], now: Date): Promise<number> {
  let removed = 0
  for (const one of paths) {
    const age = await fs.stat(one).then(
      ({ mtimeMs }) => now.getTime() - mtimeMs,
      () => 0,
    )
    if (age <= ORPHAN_MS) continue
    await removeLotFolder(one)
    removed += 1
  }
  return removed
}
