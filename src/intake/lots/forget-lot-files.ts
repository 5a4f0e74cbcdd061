import fs from 'node:fs/promises'
import path from 'node:path'
import type { Db } from '../../db/open.ts'
import type { Policy } from '../../policy/policy.ts'
import { lotsFolder, removeLotFolder } from './lot-folder.ts'
import { foldersInUse, forgetFolder, lotsDoneBefore } from './lot-folder-store.ts'

const DAY_MS = 24 * 3_600_000
const LOTS_AT_ONCE = 100

/** No upload takes a day: what is older and has no lot was left by a process that was killed. */
const ORPHAN_MS = DAY_MS

/** What `receiveLot` calls a folder; nothing else is ever deleted. */
const FOLDER = /^[0-9a-f]{32}$/

/**
 * Deletes the files of lots that were done with long enough ago, and what uploads that never came
 * to their end left behind. What the lots brought stays. Answers how many folders of each.
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
    const lots = await lotsDoneBefore(db, before, LOTS_AT_ONCE)
    for (const lot of lots) {
      // The files first: a lot that still names its folder is found again.
      await removeLotFolder(path.join(folder, lot.folder))
      await forgetFolder(db, lot.id)
    }
    kept += lots.length
    if (lots.length < LOTS_AT_ONCE) return { kept, orphans: await removeOrphans(db, folder, now) }
  }
}

async function removeOrphans(db: Db, folder: string, now: Date): Promise<number> {
  const names = (await fs.readdir(folder).catch(() => [])).filter((name) => FOLDER.test(name))
  const old: string[] = []
  for (const name of names) {
    const age = await fs.stat(path.join(folder, name)).then(
      ({ mtimeMs }) => now.getTime() - mtimeMs,
      () => 0,
    )
    if (age > ORPHAN_MS) old.push(name)
  }
  let orphans = 0
  for (let at = 0; at < old.length; at += LOTS_AT_ONCE) {
    const some = old.slice(at, at + LOTS_AT_ONCE)
    const used = await foldersInUse(db, some)
    const unused = some.filter((name) => !used.has(name))
    for (const name of unused) await removeLotFolder(path.join(folder, name))
    orphans += unused.length
  }
  return orphans
}
