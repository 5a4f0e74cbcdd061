import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { liveThrough } from '../issuing/chaos/live-through.ts'

/**
 * Ten thousand rows to ten thousand receipts and mails, through an SRI that fails and a worker that
 * is killed; what was found. Not a speed: it is told whether every number, document and mail is there
 * once. The database is a new file, or the empty one that `BENCH_DATABASE_URL` names.
 */
export async function benchIssueChaos(rows: number, seed: number) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-chaos-'))
  const database = process.env['BENCH_DATABASE_URL'] ?? `sqlite:${path.join(folder, 'portal.db')}`
  process.stderr.write(`semilla ${seed}\n`)
  try {
    const { stopped, problems, ...seen } = await liveThrough({
      ...{ database, folder, rows, seed },
      kills: 20,
      say: (line) => process.stderr.write(`${line}\n`),
    })
    const reasons = Map.groupBy(stopped, ({ state, code }) => `${state} ${code}`)
    return {
      ...{ rows, seed, database: database.split(':')[0], ...seen },
      stopped: Object.fromEntries([...reasons].map(([reason, of]) => [reason, of.length])),
      found: problems.length === 0 ? 'nada' : problems.slice(0, 50),
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
