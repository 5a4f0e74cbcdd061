import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { inListWorld } from './list-world.ts'

/** Below what one ZIP may hold: the fixtures' ZIPs have some empty entries as well. */
const ZIP_DOCUMENTS = 25_000
const ZIPS = 4
const LOAD_SECONDS_MAX = 600
const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts')
const PACE = { seconds: 30, perSecond: 50 }

/**
 * The list at fifty pages a second, quiet and for as long as `portal load` puts a hundred thousand
 * documents into the same database from a process of its own.
 */
export async function benchListLoading(total: number, kept: string | undefined) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-loading-'))
  await writeZips(folder)
  try {
    return await inListWorld(total, kept, async ({ address, crowd, env, shoot }) => {
      const url = `${address}/comprobantes`
      await shoot(url, crowd, { ...PACE, seconds: 5 })
      const quiet = await shoot(url, crowd, PACE)
      const started = performance.now()
      const load = spawn(process.execPath, [CLI, 'load', '--json', folder], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const until = once(load, 'exit')
      const loading = await shoot(url, crowd, { ...PACE, seconds: LOAD_SECONDS_MAX, until })
      load.kill()
      const [code] = await until
      if (code !== 0) throw new Error(`The load ended with ${code}`)
      const loadSeconds = (performance.now() - started) / 1_000
      const p99Ratio = loading.p99Ms / quiet.p99Ms
      return { receiptsInDatabase: total, loadSeconds, quiet, loading, p99Ratio }
    })
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Others in each run: a kept database has those of the runs before. */
async function writeZips(folder: string): Promise<void> {
  const first = (Math.floor(Date.now() / 1_000) * ZIPS) % 100_000_000
  for (let seed = first; seed < first + ZIPS; seed += 1) {
    const receipts = manyReceipts({ count: ZIP_DOCUMENTS, people: 20_000, seed })
    await writeZip(path.join(folder, `${seed}.zip`), receipts)
  }
}
