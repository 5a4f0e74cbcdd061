import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDb } from '#src/db/open.ts'
import type { Fault } from '#src/intake/rows/fault.ts'
import { freePort, SECRETS } from '#tests/support/processes.ts'
import { Supervisor } from './lot-chaos/supervisor.ts'
import { signIn } from './lot-chaos/world.ts'

const LOOK_MS = 10
const LOOKS_MAX = 6_000

/**
 * Seconds of the whole dry run of a file of invoices: from the first byte of its upload by somebody at
 * a browser until the portal, as `npm start` runs it, has read the lot and says what is wrong with it.
 */
export async function dryRunOfLot(file: string, bad: number): Promise<number> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-rows-lot-'))
  const database = `sqlite:${path.join(folder, 'portal.db')}`
  const origin = `http://127.0.0.1:${await freePort()}`
  const environment = {
    ...SECRETS,
    DATABASE_URL: database,
    DATA_DIR: folder,
    PUBLIC_URL: origin,
  }
  const supervisor = new Supervisor(origin, environment)
  const db = openDb(database)
  try {
    supervisor.start()
    await supervisor.ready()
    const diego = await signIn({ environment, origin }, 'diego', 'loader')
    const started = performance.now()
    const sent = await diego.upload('/interno/lotes', [file], 'factura')
    if (sent.statusCode !== 303) throw new Error(`${sent.statusCode} ${sent.body}`)
    for (let looks = 0; ; looks += 1) {
      const { status } = await db.selectFrom('lot').select('status').executeTakeFirstOrThrow()
      if (status === 'ready') break
      if (looks > LOOKS_MAX) throw new Error(`The lot is ${status}`)
      await pause(LOOK_MS)
    }
    const seconds = (performance.now() - started) / 1_000
    const drafts = await db.selectFrom('lot_draft').select('faults').execute()
    const faults = drafts.flatMap(({ faults: of }) => JSON.parse(of) as Fault[])
    if (faults.length !== bad) throw new Error(`${faults.length} faults`)
    return seconds
  } finally {
    await supervisor.end()
    await db.destroy()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
