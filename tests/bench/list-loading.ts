import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { inListWorld } from './list-world.ts'

const DOCUMENTS = 60_000
const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts')
const PACE = { seconds: 30, connections: 4, perSecond: 50 }

/**
 * The list at fifty pages a second, quiet and while `portal load` puts documents into the same
 * database from a process of its own.
 */
export async function benchListLoading(total: number, kept: string | undefined) {
  const zip = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'bench-loading-')), 'lote.zip')
  await writeZip(zip, manyReceipts({ count: DOCUMENTS, people: 20_000, seed: 22 }))
  try {
    return await inListWorld(total, kept, async ({ address, crowd, env, shoot }) => {
      const url = `${address}/comprobantes`
      await shoot(url, crowd, { ...PACE, seconds: 5 })
      const quiet = await shoot(url, crowd, PACE)
      const load = spawn(process.execPath, [CLI, 'load', '--json', zip], { env, stdio: 'ignore' })
      const ended = once(load, 'exit')
      const loading = await shoot(url, crowd, PACE)
      const outlasted = load.exitCode === null
      load.kill()
      await ended
      if (!outlasted) throw new Error('The load was over before the pages were: load more')
      return { receiptsInDatabase: total, quiet, loading, p99Ratio: loading.p99Ms / quiet.p99Ms }
    })
  } finally {
    fs.rmSync(path.dirname(zip), { recursive: true, force: true })
  }
}
