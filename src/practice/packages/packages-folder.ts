import fs from 'node:fs/promises'
import path from 'node:path'

/** What stays free on the disk whatever is asked for: the database may stand on the same one. */
const RESERVE_BYTES = 512 * 1024 ** 2

/** Where packages lie on the disk. Web processes and workers have to see the same folder. */
export function packagesFolder(dataDir: string): string {
  return path.join(dataDir, 'packages')
}

/** How much more may be written there. */
export async function freeBytes(dataDir: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(dataDir)
  return bavail * bsize - RESERVE_BYTES
}
