import fs from 'node:fs/promises'
import path from 'node:path'
import type { Db } from '../../../db/open.ts'
import { forgetDrafts } from './load-store.ts'

/** How the folder is called in which a file lies while it is read. */
export const READING_FOLDER = 'clientes-'

const READING_MS = 3_600_000

/** Forgets what files of customers held: those read a week ago, and any whose reading was cut short. */
export async function forgetLoads(db: Db, dataDir: string, now: Date): Promise<void> {
  await forgetDrafts(db, now)
  for (const name of await fs.readdir(dataDir)) {
    if (!name.startsWith(READING_FOLDER)) continue
    const folder = path.join(dataDir, name)
    // One that was just read is gone by itself.
    const stat = await fs.stat(folder).catch(() => null)
    if (stat && now.getTime() - stat.mtimeMs > READING_MS)
      await fs.rm(folder, { recursive: true, force: true })
  }
}
